import type { Agent } from 'node:http'
import type { Socket } from 'node:net'
import type { NetworkPolicy } from '../../network/addresses.ts'
import { agentOver, type CheckedConnection, connectChecked } from '../../network/checked-connection.ts'
import { isLoopbackHost } from '../../network/loopback.ts'
import { NetworkError, networkErrors } from '../../network/network-error.ts'
import { AuthorizationServerError, refusalFor, type ServerRefusal } from './server-answer.ts'

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

/** One use of an endpoint. `time` includes `exchange`. */
interface EndpointUse<Result> extends CheckedConnection {
  readonly signal: AbortSignal
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
    socket = await connectChecked(url, limit, use)
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

/** Describes a failed connection in the same words that are used for mail servers. */
export const refusalOfNetwork = ({ code }: NetworkError): ServerRefusal =>
  refusalFor('unreachable', code, networkErrors[code].detail)
