import { connect as connectSocket, isIP, type Socket } from 'node:net'
import { connect as connectTlsSocket, type TLSSocket } from 'node:tls'
import { bareHost, type CheckedAddress } from './addresses.ts'
import { abortedError, type ConnectionStep, NetworkError, networkErrorOf } from './network-error.ts'
import { type TlsFacts, tlsFactsOf } from './presented-certificate.ts'

/** Receives the progress of a connection; `secured` only if it is encrypted. */
export interface ConnectionObserver {
  /** A TCP connection is open. */
  connected?(address: string): void
  secured?(tls: TlsFacts): void
}

/** The connection target: the name for the certificate, and the checked addresses for the sockets. */
export interface ConnectTarget {
  readonly host: string
  readonly addresses: readonly CheckedAddress[]
  /** PEM. Replaces the system's roots. */
  readonly customCa?: string | undefined
  /** The `performance.now()` by which one of the attempts must have succeeded. */
  readonly deadline: number
  readonly signal: AbortSignal
  readonly observer?: ConnectionObserver | undefined
}

/** Every attempt has at least this long, however many addresses share the time: three times a slow SYN round trip. */
const shortestAttempt = 1000

/** Waits for `event` on a new socket. Destroys the socket on any failure, so that no attempt is left behind. */
const established = async <S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  step: ConnectionStep,
  milliseconds: number,
  signal: AbortSignal,
): Promise<S> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const fail = (error: unknown) => {
    socket.destroy()
    reject(networkErrorOf(error, step))
  }
  const onClose = () => fail(new NetworkError(step === 'tls' ? 'tls-failed' : 'connection-lost'))
  const onAbort = () => fail(abortedError())
  const timer = setTimeout(() => fail(new NetworkError('connection-timed-out')), Math.max(0, milliseconds))
  socket.once(event, resolve)
  socket.once('close', onClose)
  // Never removed: an error after the outcome is decided must not cause an uncaught exception.
  socket.on('error', fail)
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  try {
    await promise
    return socket
  } finally {
    clearTimeout(timer)
    socket.off(event, resolve)
    socket.off('close', onClose)
    signal.removeEventListener('abort', onAbort)
  }
}

/**
 * Opens a TCP connection to the first address that answers. If an attempt fails or takes more than its share of the
 * time, the next one follows.
 */
export const connectTcp = async ({ addresses, deadline, signal, observer }: ConnectTarget): Promise<Socket> => {
  let failure: NetworkError | undefined
  for (const [index, { address, family, port }] of addresses.entries()) {
    if (signal.aborted) throw abortedError()
    const left = deadline - performance.now()
    if (left <= 0) break
    const share = Math.min(left, Math.max(left / (addresses.length - index), shortestAttempt))
    const socket = connectSocket({
      host: address,
      port,
      family,
      autoSelectFamily: false,
      noDelay: true,
      keepAlive: true,
    })
    try {
      const open = await established(socket, 'connect', 'connect', share, signal)
      observer?.connected?.(address)
      return open
    } catch (error) {
      failure = networkErrorOf(error, 'connect')
    }
  }
  throw failure ?? new NetworkError('connection-timed-out')
}

/**
 * The TLS options for an open socket: verified, version 1.2 or later. The certificate must be valid for the name. For
 * an IP literal, no SNI is sent (RFC 6066 section 3).
 */
export const tlsOptions = (socket: Socket, { host, customCa }: Pick<ConnectTarget, 'host' | 'customCa'>) => {
  const name = bareHost(host).replace(/\.$/, '')
  return {
    socket,
    host: name,
    servername: isIP(name) ? '' : name,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    // Any certificate in an account's custom CA ends the chain, even if it is not self-signed: servers omit
    // intermediates.
    ...(customCa === undefined ? {} : { ca: customCa, allowPartialTrustChain: true }),
  } as const
}

/** Starts TLS on an open socket (RFC 2595, RFC 8314). */
export const upgradeTls = async (
  socket: Socket,
  { host, customCa, deadline, signal, observer }: Omit<ConnectTarget, 'addresses'>,
): Promise<TLSSocket> => {
  const secure = connectTlsSocket(tlsOptions(socket, { host, customCa }))
  await established(secure, 'secureConnect', 'tls', deadline - performance.now(), signal)
  observer?.secured?.(tlsFactsOf(secure))
  return secure
}

/**
 * Opens a connection that is encrypted from the first byte. A failed handshake is final: it would fail in the same way
 * at the name's other addresses.
 */
export const connectTls = async (target: ConnectTarget): Promise<TLSSocket> =>
  upgradeTls(await connectTcp(target), target)
