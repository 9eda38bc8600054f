import { Agent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'
import { allowedAddresses, lookUpAddresses, type NetworkPolicy, type Resolver } from '../../network/addresses.ts'
import { type ConnectionObserver, connectTcp, connectTls } from '../../network/connect.ts'
import { isLoopbackAddress, isLoopbackHost } from '../../network/loopback.ts'
import { NetworkError, networkErrors } from '../../network/network-error.ts'
import { AuthorizationServerError, refusalFor, type ServerRefusal } from './server-answer.ts'

/** Dependencies that tests replace. */
export interface EndpointOptions {
  readonly resolver?: Resolver | undefined
  /** PEM. Replaces the system's root certificates. */
  readonly customCa?: string | undefined
}

const unreachable = (error: string, description: string): AuthorizationServerError =>
  new AuthorizationServerError(refusalFor('unreachable', error, description))

/**
 * Parses an endpoint. It must use https, or http to this machine where the rules allow that. It must not contain a user
 * name, and a fragment is removed (RFC 6749 section 3.1).
 * @throws AuthorizationServerError
 */
export const endpointOf = (text: string, { allowClearTextOnLoopback }: NetworkPolicy): URL => {
  const url = URL.parse(text)
  if (!url || !['https:', 'http:'].includes(url.protocol))
    throw unreachable('endpoint-not-usable', 'The endpoint is not an https URL.')
  if (url.username !== '' || url.password !== '')
    throw unreachable('endpoint-not-usable', 'The endpoint’s URL contains a user name or password.')
  if (url.protocol === 'http:' && !(allowClearTextOnLoopback && isLoopbackHost(url.hostname)))
    throw unreachable('endpoint-not-encrypted', 'The endpoint does not use https, so nothing was sent.')
  url.hash = ''
  return url
}

/** One use of an endpoint. */
interface EndpointUse<Result> extends EndpointOptions {
  readonly policy: NetworkPolicy
  readonly signal: AbortSignal
  /** Milliseconds from the name's lookup to the end of `exchange`. */
  readonly time: number
  readonly observer?: ConnectionObserver | undefined
  /** Sends one request with `agent`, whose connection is closed afterwards. `limit` also includes the time. */
  readonly exchange: (connected: { url: URL; agent: Agent; limit: AbortSignal }) => Promise<Result>
  /** Describes the foreign errors of `exchange`. */
  readonly refusalOf: (error: unknown, bytesRead: number) => ServerRefusal
}

/**
 * Connects to a checked address of the endpoint, verifies its certificate and sends one request.
 * @throws AuthorizationServerError for every failure
 */
export const useEndpoint = async <Result>(
  endpoint: string,
  { exchange, refusalOf, signal, ...use }: EndpointUse<Result>,
): Promise<Result> => {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(use.time)])
  let socket: Socket | undefined
  try {
    limit.throwIfAborted()
    const url = endpointOf(endpoint, use.policy)
    socket = await connectEndpoint(url, limit, use)
    // simple-oauth2 cannot be stopped. Its connection is closed, and its result is ignored.
    return await Promise.race([exchange({ url, agent: agentOver(socket, url.protocol), limit }), endOf(limit)])
  } catch (error) {
    if (limit.aborted) throw unreachable('no-answer-in-time', 'It did not respond in time.')
    if (error instanceof AuthorizationServerError) throw error
    const known = error instanceof NetworkError
    throw new AuthorizationServerError(known ? refusalOfNetwork(error) : refusalOf(error, socket?.bytesRead ?? 0))
  } finally {
    socket?.destroy()
  }
}

const endOf = (signal: AbortSignal): Promise<never> => {
  const { promise, reject } = Promise.withResolvers<never>()
  signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  if (signal.aborted) reject(signal.reason)
  return promise
}

/** The name is not resolved again, because a second lookup may return another address (DNS rebinding). */
const connectEndpoint = async (
  url: URL,
  signal: AbortSignal,
  { policy, time, resolver, customCa, observer }: Omit<EndpointUse<unknown>, 'exchange' | 'refusalOf' | 'signal'>,
): Promise<Socket> => {
  const deadline = performance.now() + time
  const encrypted = url.protocol === 'https:'
  const port = Number(url.port) || (encrypted ? 443 : 80)
  const found = await lookUpAddresses(url.hostname, time, signal, resolver)
  const allowed = allowedAddresses(found, port, policy)
  const addresses = encrypted ? allowed : allowed.filter(({ address }) => isLoopbackAddress(address))
  if (addresses.length === 0) throw new NetworkError('address-not-allowed')
  const target = { host: url.hostname, addresses, deadline, signal, customCa, observer }
  return await (encrypted ? connectTls(target) : connectTcp(target))
}

/**
 * Returns an agent for one request over an established connection, so that the request cannot connect anywhere else.
 * `createConnection` is set on the instance instead of overridden in a class, because simple-oauth2 clones its options
 * and a clone keeps only an instance's own functions.
 */
const agentOver = (socket: Socket, protocol: string): Agent => {
  const agent = protocol === 'https:' ? new HttpsAgent() : new Agent()
  agent.createConnection = () => socket
  return agent
}

/** Describes a failed connection in the same words that are used for mail servers. */
export const refusalOfNetwork = ({ code }: NetworkError): ServerRefusal =>
  refusalFor('unreachable', code, networkErrors[code].detail)
