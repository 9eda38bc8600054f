import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'

/**
 * An agent for one request over a connection that stands already: whoever asks through it cannot connect anywhere else.
 * A property of the agent, not a method of a class of ours: simple-oauth2 clones its options, and a clone keeps functions alone.
 */
export const agentOver = (socket: Socket, protocol: string): HttpAgent => {
  const agent = protocol === 'https:' ? new HttpsAgent() : new HttpAgent()
  agent.createConnection = () => socket
  return agent
}
