import type { AccountReader } from '../../accounts/store/account-store.ts'
import type { MailboxClaims } from '../../accounts/store/mailbox-claims.ts'
import type { Announcer, MessageLedger } from '../../messages/message.ts'
import type { RunStore } from '../../runs/run-store.ts'
import type { AccountStatusStore } from '../account-status-store.ts'
import type { FetchQueue } from '../fetch-queue.ts'

/** The external services of one tick of the schedule. */
export interface DispatchServices {
  readonly accounts: AccountReader
  readonly claims: Pick<MailboxClaims, keyof MailboxClaims>
  readonly statuses: Omit<AccountStatusStore, 'takeSlot'>
  readonly runs: Pick<RunStore, 'ask' | 'openBefore' | 'replaceOpen'>
  readonly queue: Pick<FetchQueue, 'send'>
  readonly ledger: Pick<MessageLedger, 'unannounced' | 'markAnnounced'>
  readonly announcer: Announcer
  readonly tickMinutes: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}
