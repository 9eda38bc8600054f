import { getDomain } from 'tldts'
import { isLoopbackHost } from '../../accounts/mail-host.ts'
import { type Provider, tenantPlace } from './provider.ts'

/** Takes the tenant's place where a template has to be read as an address; no tenant looks like it. */
const stand = 'x--tenant--x'

const filled = (template: string, tenant: string): string => template.replaceAll(tenantPlace, tenant)

/** Whether a profile of this provider has a tenant. */
export const needsTenant = ({ authorizationEndpoint, tokenEndpoint }: EndpointsOf): boolean =>
  [authorizationEndpoint, tokenEndpoint].some((endpoint) => endpoint.includes(tenantPlace))
type EndpointsOf = Pick<Provider, 'authorizationEndpoint' | 'tokenEndpoint'>

/** To whom secrets and tokens are sent: scheme, host and port of the token endpoint. */
export const tokenOriginOf = ({ tokenEndpoint }: Pick<Provider, 'tokenEndpoint'>, tenant = stand): string | undefined =>
  URL.parse(filled(tokenEndpoint, tenant))?.origin

/** The origin at which people sign in: scheme, host and port of the authorization endpoint. */
export const signInOriginOf = ({
  authorizationEndpoint,
}: Pick<Provider, 'authorizationEndpoint'>): string | undefined =>
  URL.parse(filled(authorizationEndpoint, stand))?.origin

/** Of a template that is well formed: it has no TLS, so it is of use in tests on one machine only. */
export const isClearText = (template: string): boolean => URL.parse(filled(template, stand))?.protocol === 'http:'

/** What is wrong with an endpoint as somebody sent it, in words for its field; undefined when it may be used. */
export const wrongEndpoint = (template: string): string | undefined => {
  if (!/^[!-[\]-~]+$/.test(template)) return 'must be an address in plain ASCII without blanks and backslashes'
  const [, authority] = /^https?:\/\/([^/?#]*)/i.exec(template) ?? []
  if (!authority) return 'must be an absolute address such as `https://login.example.com/token`'
  if (authority.includes('@')) return 'must not carry a user name or password'
  if (/[?#]/.test(template)) return 'must not have a query or a fragment; parameters go into `authorizationParameters`'
  if (/[{}]/.test(filled(template, ''))) return 'must have no other place in braces than `{tenant}`'
  return wrongTenantPlace(authority) ?? wrongAddress(template)
}

/**
 * The tenant must not determine who owns the server. In the host it must therefore be a complete label in front of a
 * registered domain. Below a public suffix (publicsuffix.org), such as `co.uk` or a hosting company's domain for its
 * customers, each label can have a different owner.
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
    : 'may have `{tenant}` in the host only as a label of its own in front of a fixed domain'
}

const wrongAddress = (template: string): string | undefined => {
  const url = URL.parse(filled(template, stand))
  if (!url) return 'cannot be read as an address'
  const encrypted = url.protocol === 'https:'
  return encrypted || isLoopbackHost(url.hostname.replace(/^\[(.*)\]$/, '$1'))
    ? undefined
    : 'must begin with `https://`'
}
