import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTlsSocket } from 'node:tls'
import { type ConnectTarget, tlsOptions } from '../../network/connect.ts'
import { tlsFactsOf } from '../../network/presented-certificate.ts'
import { MailboxError } from '../mailbox-error.ts'

interface TransportOptions {
  /** The open socket to a checked address; already encrypted for IMAPS. */
  readonly socket: Socket
  readonly target: Pick<ConnectTarget, 'host' | 'customCa' | 'observer'>
  readonly traffic: Traffic
  /** Milliseconds a STARTTLS handshake may take. */
  readonly handshakeTimeout: number
  /** Bytes the client has sent on this connection. */
  sent(): number
  loggedIn(): boolean
}

/**
 * Far more than any login needs. imapflow answers each "+" of a SASL exchange, and a hostile server could continue like
 * that for the whole run.
 */
const mostBeforeLogin = 256 * 1024

/**
 * Gives imapflow our own socket instead of letting it resolve the name: the address was checked and must not be looked
 * up again, and the certificate rules are the same as for POP3. It also counts the round trips.
 */
export const imapTransport = ({ socket, target, traffic, handshakeTimeout, sent, loggedIn }: TransportOptions) => {
  let current = socket
  let beforeLogin = 0
  const count = (piece: Buffer) => {
    traffic.heard(piece.length, sent())
    if (loggedIn()) return
    beforeLogin += piece.length
    if (beforeLogin > mostBeforeLogin) current.destroy(new MailboxError('server-misbehaved'))
  }
  return {
    /** The session's current socket, encrypted after the handshake. */
    get socket(): Socket {
      return current
    },
    connect(_: unknown, onConnect: () => void): Socket {
      queueMicrotask(() => {
        onConnect()
        // After imapflow's own pipe: an earlier listener would consume the greeting.
        socket.on('data', count)
      })
      return socket
    },
    // A remaining listener would hide what a man in the middle sent unencrypted after the STARTTLS response.
    prepareUpgrade(): void {
      socket.off('data', count)
    },
    upgrade(plain: Duplex, _: unknown, onSecure: () => void): Socket {
      if (!(plain instanceof Socket)) throw new TypeError('The cleartext socket is not ours')
      traffic.heard(0, sent())
      const secure = connectTlsSocket(tlsOptions(plain, target))
      const timer = setTimeout(() => secure.destroy(new MailboxError('connection-timed-out')), handshakeTimeout)
      secure.once('close', () => clearTimeout(timer))
      secure.once('secureConnect', () => {
        clearTimeout(timer)
        traffic.waited()
        target.observer?.secured?.(tlsFactsOf(secure))
        current = secure
        onSecure()
        secure.on('data', count)
      })
      return secure
    },
  }
}

/** Counts the traffic of a session, across all its connections. */
export class Traffic {
  roundTrips = 0
  bytesReceived = 0
  #answeredUpTo = 0

  /** Counts a new connection: TCP with the greeting, plus the handshake if TLS is implicit. */
  connected(handshake: boolean): void {
    this.roundTrips += handshake ? 2 : 1
    this.#answeredUpTo = 0
  }

  /** Counts a round trip that is not a response, for example a TLS handshake. */
  waited(): void {
    this.roundTrips += 1
  }

  /**
   * Called when data arrives from the server after the client has sent `sent` bytes. The first chunk of each response
   * counts as one round trip.
   */
  heard(bytes: number, sent: number): void {
    this.bytesReceived += bytes
    if (sent === this.#answeredUpTo) return
    this.#answeredUpTo = sent
    this.roundTrips += 1
  }
}
