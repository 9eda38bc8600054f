import { getDomain } from 'tldts'
import { isLoopbackHost } from '../../network/loopback.ts'
import { type Provider, tenantPlace } from './provider.ts'

/** Replaces the tenant's placeholder if a template has to be parsed as a URL. No real tenant looks like it. */
const stand = 'x--tenant--x'

const filled = (template: string, tenant: string): string => template.replaceAll(tenantPlace, tenant)

/** @returns true if profiles of this provider need a tenant */
export const needsTenant = ({ authorizationEndpoint, tokenEndpoint }: EndpointsOf): boolean =>
  [authorizationEndpoint, tokenEndpoint].some((endpoint) => endpoint.includes(tenantPlace))
type EndpointsOf = Pick<Provider, 'authorizationEndpoint' | 'tokenEndpoint'>

/** @returns the server of an endpoint (scheme, host and port), or undefined if the template is malformed */
export const originOf = (template: string, tenant = stand): string | undefined =>
  URL.parse(filled(template, tenant))?.origin

/** @returns true if a well-formed template does not use TLS, which is only allowed for tests on one machine */
export const isClearText = (template: string): boolean => originOf(template)?.startsWith('http:') ?? false

/** @returns a message about what is wrong with an endpoint in a request, or undefined if it is valid */
export const wrongEndpoint = (template: string): string | undefined => {
  if (!/^[!-[\]-~]+$/.test(template)) return 'must be a URL in printable ASCII without spaces or backslashes'
  const [, authority] = /^https?:\/\/([^/?#]*)/i.exec(template) ?? []
  if (!authority) return 'must be an absolute URL, for example `https://login.example.com/token`'
  if (authority.includes('@')) return 'must not contain a user name or password'
  if (/[?#]/.test(template)) return 'must not have a query or fragment; put parameters into `authorizationParameters`'
  if (/[{}]/.test(filled(template, ''))) return 'must not contain placeholders other than `{tenant}`'
  return wrongTenantPlace(authority) ?? wrongAddress(template)
}

/**
 * The tenant must not determine who owns the server. In the host it must therefore be a complete label in front of a
 * registered domain. Below a public suffix (publicsuffix.org), for example `co.uk` or a hosting company's domain for
 * its customers, each label can have a different owner.
 */
const wrongTenantPlace = (authority: string): string | undefined => {
  if (!authority.includes(tenantPlace)) return undefined
  const [host = ''] = authority.split(':')
  const labels = host.split('.')
  const last = labels.lastIndexOf(tenantPlace)
  const whole = labels.every((label) => label === tenantPlace || !label.includes(tenantPlace))
  const behind = labels.slice(last + 1).join('.')
  return whole && last >= 0 && getDomain(behind, { allowPrivateDomains: true }) !== null
    ? undefined
    : 'may contain `{tenant}` in the host only as a whole label in front of a fixed domain'
}

const wrongAddress = (template: string): string | undefined => {
  const url = URL.parse(filled(template, stand))
  if (!url) return 'is not a valid URL'
  const encrypted = url.protocol === 'https:'
  return encrypted || isLoopbackHost(url.hostname) ? undefined : 'must begin with `https://`'
}
