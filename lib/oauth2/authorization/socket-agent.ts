import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'

/**
 * Returns an agent for one request over an established connection, so that the request cannot connect anywhere else.
 * `createConnection` is set on the instance instead of overridden in a class, because simple-oauth2 clones its options
 * and a clone keeps only an instance's own functions.
 */
export const agentOver = (socket: Socket, protocol: string): HttpAgent => {
  const agent = protocol === 'https:' ? new HttpsAgent() : new HttpAgent()
  agent.createConnection = () => socket
  return agent
}
