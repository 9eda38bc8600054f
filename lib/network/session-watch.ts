import type { TLSSocket } from 'node:tls'
import { type PresentedCertificate, presentedCertificate } from './presented-certificate.ts'

/** The encryption of a session. */
export interface TlsFacts {
  /** For example `TLSv1.3`. */
  readonly version: string
  readonly certificate: PresentedCertificate | undefined
}

export const tlsFactsOf = (socket: TLSSocket): TlsFacts => ({
  version: socket.getProtocol() ?? 'unknown',
  certificate: presentedCertificate(socket),
})

/** Receives the progress of opening a session, in this order; `secured` only if the account's type encrypts. */
export interface OpeningObserver {
  /** A TCP connection is open. */
  connected?(address: string): void
  secured?(tls: TlsFacts): void
  /** `mechanism` is, for example, `LOGIN`, `AUTH=PLAIN` or `USER`. */
  loggedIn?(mechanism: string): void
}

/**
 * Receives the lines of the protocol when an account is debugged. Credentials are left out of the lines that contain
 * them. For literals, messages and listings, it receives only the size. The server's text is passed on unchanged and
 * may repeat a credential.
 */
export interface Transcript {
  /** False if the transcript accepts no more lines. */
  readonly listening: boolean
  sent(line: string): void
  received(line: string): void
}

/** Optional observers of a session. */
export interface SessionWatch {
  readonly observer?: OpeningObserver | undefined
  readonly transcript?: Transcript | undefined
  /** POP3: the session broke while several commands were in progress, in a way that indicates a PIPELINING problem. */
  readonly onPipeliningBroken?: (() => void) | undefined
}
