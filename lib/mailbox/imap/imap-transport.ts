import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTlsSocket } from 'node:tls'
import { type ConnectTarget, tlsOptions } from '../connection/connect.ts'
import { tlsFactsOf } from '../connection/session-watch.ts'
import { MailboxError } from '../mailbox-error.ts'
import type { Traffic } from './traffic.ts'

interface TransportOptions {
  /** Open, to a checked address; encrypted already for IMAPS. */
  readonly socket: Socket
  readonly target: Pick<ConnectTarget, 'host' | 'customCa' | 'observer'>
  readonly traffic: Traffic
  /** Milliseconds a STARTTLS handshake may take. */
  readonly handshakeTimeout: number
  /** Bytes the client has sent on this connection. */
  sent(): number
  loggedIn(): boolean
}

/** Far more than any login takes. imapflow answers each "+" of a SASL exchange, and a hostile server could go on like that for the whole run. */
const mostBeforeLogin = 256 * 1024

/**
 * Hands imapflow a socket of ours instead of letting it resolve the name itself: the address was checked and must not be looked up
 * again, and the certificate rules are the same as for POP3. It also is where round trips are counted.
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
    /** What the session travels over now: encrypted from the handshake on. */
    get socket(): Socket {
      return current
    },
    connect(_: unknown, onConnect: () => void): Socket {
      queueMicrotask(() => {
        onConnect()
        // After imapflow's own pipe: a listener before it would take the greeting away.
        socket.on('data', count)
      })
      return socket
    },
    // A listener that goes on reading would hide what a man in the middle sent in clear behind STARTTLS' answer.
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
