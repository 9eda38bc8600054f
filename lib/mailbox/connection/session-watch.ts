import type { TLSSocket } from 'node:tls'
import { type PresentedCertificate, presentedCertificate } from './presented-certificate.ts'

/** How an encrypted session is protected. */
export interface TlsFacts {
  /** Such as `TLSv1.3`. */
  readonly version: string
  readonly certificate: PresentedCertificate | undefined
}

export const tlsFactsOf = (socket: TLSSocket): TlsFacts => ({
  version: socket.getProtocol() ?? 'unknown',
  certificate: presentedCertificate(socket),
})

/** Hears how far the opening of a session has come, in this order; `secured` only where the account's type encrypts. */
export interface OpeningObserver {
  /** A TCP connection stands. */
  connected?(address: string): void
  secured?(tls: TlsFacts): void
  /** `mechanism` such as `LOGIN`, `AUTH=PLAIN` or `USER`. */
  loggedIn?(mechanism: string): void
}

/**
 * Hears the lines of the protocol while somebody debugs an account. Credentials are left out where they are sent; of literals,
 * messages and listings it hears the size alone. What a server says is handed over raw: it may repeat a credential.
 */
export interface Transcript {
  /** False once nothing more is taken. */
  readonly listening: boolean
  sent(line: string): void
  received(line: string): void
}

/** What somebody may want to hear of a session. */
export interface SessionWatch {
  readonly observer?: OpeningObserver | undefined
  readonly transcript?: Transcript | undefined
  /** POP3: the session broke while several commands were under way, in a way that points to PIPELINING. */
  readonly onPipeliningBroken?: (() => void) | undefined
}
