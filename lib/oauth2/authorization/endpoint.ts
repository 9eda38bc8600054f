import type { Socket } from 'node:net'
import {
  allowedAddresses,
  bareHost,
  isLoopbackAddress,
  lookUpAddresses,
  type Resolver,
} from '../../network/addresses.ts'
import { type ConnectionObserver, connectTcp, connectTls } from '../../network/connect.ts'
import { NetworkError, networkErrors } from '../../network/network-error.ts'
import { AuthorizationServerError, type ServerRefusal } from './authorization-server.ts'

/** The endpoints that a deployment allows in addition to https endpoints on the public internet. */
export interface EndpointRules {
  readonly allowPrivateAddresses: boolean
  /**
   * For tests on one machine: allows http to loopback addresses, which are private addresses and need that rule also.
   */
  readonly allowClearTextOnLoopback: boolean
}

/** Dependencies that tests replace. */
export interface EndpointOptions {
  readonly resolver?: Resolver | undefined
  /** PEM. Replaces the system's root certificates. */
  readonly customCa?: string | undefined
}

const unusable = (error: string, description: string): AuthorizationServerError =>
  new AuthorizationServerError({ kind: 'unreachable', error, description })

/**
 * Parses an endpoint. It must use https, or http to this machine where the rules allow that. It must not contain a user
 * name, and a fragment is removed (RFC 6749 section 3.1).
 * @throws AuthorizationServerError
 */
export const endpointOf = (text: string, { allowClearTextOnLoopback }: EndpointRules): URL => {
  const url = URL.parse(text)
  if (!url || !['https:', 'http:'].includes(url.protocol))
    throw unusable('endpoint-not-usable', 'The endpoint is not an https URL.')
  if (url.username !== '' || url.password !== '')
    throw unusable('endpoint-not-usable', 'The endpoint’s URL contains a user name or password.')
  if (url.protocol === 'http:' && !(allowClearTextOnLoopback && namesThisMachine(bareHost(url.hostname))))
    throw unusable('endpoint-not-encrypted', 'The endpoint does not use https, so nothing was sent.')
  url.hash = ''
  return url
}

const namesThisMachine = (host: string): boolean => host === 'localhost' || isLoopbackAddress(host)

export interface EndpointAttempt extends EndpointOptions {
  readonly rules: EndpointRules
  readonly signal: AbortSignal
  /** Milliseconds within which the connection must be established. */
  readonly time: number
  readonly observer?: ConnectionObserver | undefined
}

/**
 * Connects to a checked address of the endpoint and verifies its certificate. The name is not resolved again, because a
 * second lookup may return another address (DNS rebinding).
 * @throws NetworkError the reason. Convert it with `unreachableFor`.
 */
export const connectEndpoint = async (
  url: URL,
  { rules, signal, time, resolver, customCa, observer }: EndpointAttempt,
): Promise<Socket> => {
  const deadline = performance.now() + time
  const encrypted = url.protocol === 'https:'
  const port = Number(url.port) || (encrypted ? 443 : 80)
  const found = await lookUpAddresses(url.hostname, time, signal, resolver)
  const allowed = allowedAddresses(found, port, rules)
  const addresses = encrypted ? allowed : allowed.filter(({ address }) => isLoopbackAddress(address))
  if (addresses.length === 0) throw new NetworkError('address-not-allowed')
  const target = { host: url.hostname, addresses, deadline, signal, customCa, observer }
  return await (encrypted ? connectTls(target) : connectTcp(target))
}

/** Describes a failed connection in the same words that are used for mail servers. */
export const unreachableFor = ({ code }: NetworkError): ServerRefusal => ({
  kind: 'unreachable',
  error: code,
  description: networkErrors[code].detail,
})
