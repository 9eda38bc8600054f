import type { CheckedAddress } from '../network/resolve-addresses.ts'
import type { SessionWatch } from '../network/session-watch.ts'
import type { MailboxSettings, NetworkPolicy } from './mailbox.ts'

/** The options for opening an IMAP or POP3 session. */
export interface SessionOptions extends SessionWatch {
  readonly settings: MailboxSettings
  /** The addresses to connect to. The name is not looked up again. */
  readonly addresses: readonly CheckedAddress[]
  readonly policy: NetworkPolicy
  readonly signal: AbortSignal
}
