import type { MailboxSettings, NetworkPolicy } from '../mailbox.ts'
import type { CheckedAddress } from './resolve-addresses.ts'
import type { SessionWatch } from './session-watch.ts'

/** What an IMAP or POP3 session is opened with. */
export interface SessionOptions extends SessionWatch {
  readonly settings: MailboxSettings
  /** Connected to, never looked up again. */
  readonly addresses: readonly CheckedAddress[]
  readonly policy: NetworkPolicy
  readonly signal: AbortSignal
}
