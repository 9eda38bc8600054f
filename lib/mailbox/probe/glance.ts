import { once } from 'node:events'
import { isIP, type Socket } from 'node:net'
import { connect as connectTlsSocket, type TLSSocket } from 'node:tls'
import { bareHost, type CheckedAddress } from '../../network/addresses.ts'
import { connectTcp } from '../../network/connect.ts'

/** A server to examine. Nothing secret is ever sent over such a connection, because its certificate is not verified. */
export interface Glance {
  readonly host: string
  readonly address: CheckedAddress
  /** Aborts immediately, at any point. */
  readonly signal: AbortSignal
  /** `performance.now()` */
  readonly deadline: number
}

export const connectForGlance = ({ host, address, signal, deadline }: Glance): Promise<Socket> =>
  connectTcp({ host, addresses: [address], signal, deadline })

/** Performs a handshake that accepts any certificate, in order to show it. */
export const unverifiedTls = async (socket: Socket, { host, signal }: Glance): Promise<TLSSocket> => {
  const name = bareHost(host).replace(/\.$/, '')
  const secure = connectTlsSocket({ socket, servername: isIP(name) ? '' : name, rejectUnauthorized: false })
  // An error after the outcome must not be an uncaught exception.
  secure.on('error', () => undefined)
  try {
    await once(secure, 'secureConnect', { signal })
    return secure
  } catch (error) {
    secure.destroy()
    throw error
  }
}

/** @returns the next bytes as text, or an empty string if the server closes the connection instead */
export const nextText = async (socket: Socket, signal: AbortSignal): Promise<string> => {
  const settled = new AbortController()
  const either = { signal: AbortSignal.any([signal, settled.signal]) }
  const ended = once(socket, 'close', either).then(() => '')
  const said = once(socket, 'data', either).then(([bytes]) => String(bytes))
  try {
    return await Promise.race([said, ended])
  } finally {
    settled.abort()
    await Promise.allSettled([said, ended])
  }
}
