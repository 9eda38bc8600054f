import { Agent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'
import { allowedAddresses, lookUpAddresses, type NetworkPolicy, type Resolver } from './addresses.ts'
import { type ConnectionObserver, connectTcp, connectTls } from './connect.ts'
import { isLoopbackAddress } from './loopback.ts'
import { NetworkError } from './network-error.ts'

/** Dependencies that tests replace. */
export interface ConnectionOptions {
  readonly resolver?: Resolver | undefined
  /** PEM. Replaces the system's root certificates. */
  readonly customCa?: string | undefined
}

export interface CheckedConnection extends ConnectionOptions {
  readonly policy: NetworkPolicy
  /** Milliseconds for the name's lookup, the connection and the TLS handshake. */
  readonly time: number
  readonly observer?: ConnectionObserver | undefined
}

/**
 * Connects to a checked address of an http or https URL and verifies the certificate. Clear text goes only to loopback
 * addresses. The name is not resolved again, because a second lookup may return another address (DNS rebinding).
 * @throws NetworkError
 */
export const connectChecked = async (
  url: URL,
  signal: AbortSignal,
  { policy, time, resolver, customCa, observer }: CheckedConnection,
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
 * Returns an agent for one request over an established connection, so that the request cannot connect anywhere else, not
 * even to a proxy from the environment. `createConnection` is set on the instance instead of overridden in a class,
 * because simple-oauth2 clones its options and a clone keeps only an instance's own functions.
 */
export const agentOver = (socket: Socket, protocol: string): Agent => {
  const agent = protocol === 'https:' ? new HttpsAgent() : new Agent()
  agent.createConnection = () => socket
  return agent
}
