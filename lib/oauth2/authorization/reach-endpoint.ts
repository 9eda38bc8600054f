import { once } from 'node:events'
import { type IncomingMessage, request as requestInClear } from 'node:http'
import { request } from 'node:https'
import type { Socket } from 'node:net'
import type { TlsFacts } from '../../mailbox/connection/session-watch.ts'
import { MailboxError } from '../../mailbox/mailbox-error.ts'
import { AuthorizationServerError } from './authorization-server.ts'
import { connectEndpoint, type EndpointOptions, type EndpointRules, endpointOf, unreachableFor } from './endpoint.ts'
import { lineFailure } from './failed-request.ts'
import { agentOver } from './socket-agent.ts'

/** An endpoint that answered a request without anything in it. */
export interface ReachedEndpoint {
  readonly address: string
  /** Such as `TLSv1.3`; absent in clear. */
  readonly tls?: string | undefined
  /** HTTP, of whatever kind: token endpoints mostly say 400, 404 or 405 to a GET. */
  readonly status: number
}

/** The port to a provider's endpoints, for whoever asks whether they are there. @throws AuthorizationServerError */
export type ReachEndpoint = (endpoint: string, signal: AbortSignal) => Promise<ReachedEndpoint>

/** Connects as a token request would, within the rules, and sends a GET that tells nothing. `time`: milliseconds for all of it. */
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
          description: 'It did not answer in time.',
        })
      if (error instanceof AuthorizationServerError) throw error
      throw new AuthorizationServerError(error instanceof MailboxError ? unreachableFor(error) : lineFailure(error))
    } finally {
      socket?.destroy()
    }
  }

const statusOf = async (url: URL, socket: Socket, signal: AbortSignal): Promise<number> => {
  const send = url.protocol === 'https:' ? request : requestInClear
  const asked = send(url, { agent: agentOver(socket, url.protocol), headers: { 'user-agent': 'Postmaster' }, signal })
  // Heard by `once` while it waits; what comes after the answer is nobody's concern.
  asked.on('error', () => undefined)
  asked.end()
  const [response]: IncomingMessage[] = await once(asked, 'response', { signal })
  response?.destroy()
  return response?.statusCode ?? 0
}
