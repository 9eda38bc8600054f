import { once } from 'node:events'
import { type IncomingMessage, request as requestInClear } from 'node:http'
import { request } from 'node:https'
import type { Socket } from 'node:net'
import { NetworkError } from '../../network/network-error.ts'
import type { TlsFacts } from '../../network/presented-certificate.ts'
import { AuthorizationServerError } from './authorization-server.ts'
import { connectEndpoint, type EndpointOptions, type EndpointRules, endpointOf, unreachableFor } from './endpoint.ts'
import { lineFailure } from './failed-request.ts'
import { agentOver } from './socket-agent.ts'

/** An endpoint that responded to an empty request. */
export interface ReachedEndpoint {
  readonly address: string
  /** For example `TLSv1.3`. Absent if the connection is unencrypted. */
  readonly tls?: string | undefined
  /** The HTTP status, of any kind. Token endpoints usually respond to a GET with 400, 404 or 405. */
  readonly status: number
}

/** The port that checks whether a provider's endpoints can be reached. @throws AuthorizationServerError */
export type ReachEndpoint = (endpoint: string, signal: AbortSignal) => Promise<ReachedEndpoint>

/**
 * Connects as a token request would, within the rules, and sends a GET without data.
 * @param time milliseconds for the whole check
 */
export const reachEndpoint =
  (rules: EndpointRules, time: number, options: EndpointOptions = {}): ReachEndpoint =>
  async (endpoint, signal) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(time)])
    let socket: Socket | undefined
    let address = ''
    let tls: TlsFacts | undefined
    try {
      const url = endpointOf(endpoint, rules)
      const observer = {
        connected: (connected: string) => {
          address = connected
        },
        secured: (facts: TlsFacts) => {
          tls = facts
        },
      }
      socket = await connectEndpoint(url, { rules, signal: limit, time, ...options, observer })
      const status = await statusOf(url, socket, limit)
      return { address, ...(tls && { tls: tls.version }), status }
    } catch (error) {
      if (limit.aborted)
        throw new AuthorizationServerError({
          kind: 'unreachable',
          error: 'no-answer-in-time',
          description: 'It did not respond in time.',
        })
      if (error instanceof AuthorizationServerError) throw error
      throw new AuthorizationServerError(error instanceof NetworkError ? unreachableFor(error) : lineFailure(error))
    } finally {
      socket?.destroy()
    }
  }

const statusOf = async (url: URL, socket: Socket, signal: AbortSignal): Promise<number> => {
  const send = url.protocol === 'https:' ? request : requestInClear
  const asked = send(url, { agent: agentOver(socket, url.protocol), headers: { 'user-agent': 'Postmaster' }, signal })
  // While `once` waits, it reports errors. Errors after the response do not matter.
  asked.on('error', () => undefined)
  asked.end()
  const [response]: IncomingMessage[] = await once(asked, 'response', { signal })
  response?.destroy()
  return response?.statusCode ?? 0
}
