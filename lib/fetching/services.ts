import type { Account } from '../accounts/account.ts'
import type { AccountReader } from '../accounts/store/account-store.ts'
import type { MailPolicy, OpenMailbox } from '../mailbox/mailbox.ts'
import type { Announcer, MessageLedger, RawStore } from '../messages/message.ts'
import type { OAuth2Finding } from '../oauth2/oauth2-error.ts'
import type { AccessTokens } from '../oauth2/tokens/access-tokens.ts'
import type { QueueDirectory } from '../queues/queue.ts'
import type { ConversationWriter } from '../runs/conversation.ts'
import type { RunStore } from '../runs/run.ts'
import type { AccountStatusStore } from '../schedule/account-status-store.ts'
import type { FetchQueue } from '../schedule/fetch-job.ts'
import type { PasswordReader } from '../secrets/secret-store.ts'

/** The external services of a fetch run. They are built once per process, and tests replace single ones. */
export interface FetchServices {
  readonly accounts: AccountReader
  readonly secrets: PasswordReader
  readonly tokens: AccessTokens
  /** Notifies admins once that an account's consent is no longer valid, with the reason. */
  readonly announceLostConsent: (
    account: Account,
    why: Pick<OAuth2Finding, 'code' | 'detail' | 'remedy'>,
  ) => Promise<void>
  readonly statuses: AccountStatusStore
  readonly runs: Pick<RunStore, 'read' | 'save'>
  readonly conversations: ConversationWriter
  readonly ledger: MessageLedger
  readonly raw: Pick<RawStore, 'put'>
  readonly announcer: Announcer
  readonly directory: QueueDirectory
  readonly queue: FetchQueue
  readonly openMailbox: OpenMailbox
  readonly network: MailPolicy
  /** Logs an error for operators. Only its safe fields may reach the log. */
  readonly logError: (detail: string, error: Error, about: Readonly<Record<string, string>>) => void
  readonly tickMinutes: number
  readonly controlHeaderPrefix: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** When to stop. `startNothingAfter` is in milliseconds since the epoch. `signal` aborts work that is still running. */
export interface FetchDeadline {
  readonly startNothingAfter: number
  readonly signal: AbortSignal
}
