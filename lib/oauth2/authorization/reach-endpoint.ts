import { once } from 'node:events'
import { type Agent, type IncomingMessage, request as requestInClear } from 'node:http'
import { request } from 'node:https'
import type { NetworkPolicy } from '../../network/addresses.ts'
import type { ConnectionOptions } from '../../network/checked-connection.ts'
import type { ConnectionObserver } from '../../network/connect.ts'
import { useEndpoint } from './endpoint.ts'
import { lineFailure } from './failed-request.ts'

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
 * Connects as a token request would, within the policy, and sends a GET without data.
 * @param time milliseconds for the whole check
 */
export const reachEndpoint =
  (policy: NetworkPolicy, time: number, options: ConnectionOptions = {}): ReachEndpoint =>
  async (endpoint, signal) => {
    let address = ''
    let tls: string | undefined
    const observer: ConnectionObserver = {
      connected: (connected) => {
        address = connected
      },
      secured: ({ version }) => {
        tls = version
      },
    }
    const status = await useEndpoint(endpoint, {
      ...options,
      policy,
      time,
      signal,
      observer,
      exchange: ({ url, agent, limit }) => statusOf(url, agent, limit),
      refusalOf: lineFailure,
    })
    return { address, ...(tls !== undefined && { tls }), status }
  }

const statusOf = async (url: URL, agent: Agent, signal: AbortSignal): Promise<number> => {
  const send = url.protocol === 'https:' ? request : requestInClear
  const asked = send(url, { agent, headers: { 'user-agent': 'Postmaster' }, signal })
  // While `once` waits, it reports errors. Errors after the response do not matter.
  asked.on('error', () => undefined)
  asked.end()
  const [response]: IncomingMessage[] = await once(asked, 'response', { signal })
  response?.destroy()
  return response?.statusCode ?? 0
}
