import type { Account } from '../accounts/account.ts'
import type { AccountStatus } from '../accounts/account-status.ts'
import type { AccountReader } from '../accounts/store/account-store.ts'
import type { QueueDirectory } from '../dispatching/queue-directory.ts'
import type { ListedMessage, MailPolicy, OpenMailbox } from '../mailbox/mailbox.ts'
import type { Announcer, Message, MessageLedger, RawStore } from '../messages/message.ts'
import type { UnstoredMessage } from '../messages/unstored/unstored-message.ts'
import type { UnstoredMessages } from '../messages/unstored/unstored-messages.ts'
import type { OAuth2Finding } from '../oauth2/oauth2-error.ts'
import type { AccessTokens } from '../oauth2/tokens/access-tokens.ts'
import type { ConversationStore } from '../runs/conversation-store.ts'
import type { RunStore } from '../runs/run-store.ts'
import type { AccountStatusStore } from '../schedule/account-status-store.ts'
import type { FetchQueue } from '../schedule/fetch-queue.ts'
import type { SecretReader } from '../secrets/secret-store.ts'
import type { Clock } from '../text/clock.ts'
import type { RunLog } from './run-log.ts'

/** The external services of a fetch run. They are built once per process, and tests replace single ones. */
export interface FetchServices {
  readonly accounts: AccountReader
  readonly secrets: SecretReader
  readonly tokens: AccessTokens
  /** Notifies admins once that an account's consent is no longer valid, with the reason. */
  readonly announceLostConsent: (
    account: Account,
    why: Pick<OAuth2Finding, 'code' | 'detail' | 'remedy'>,
  ) => Promise<void>
  readonly statuses: Pick<AccountStatusStore, 'read' | 'ensure' | 'change' | 'remove'>
  readonly runs: Pick<RunStore, 'read' | 'save' | 'saveOpen'>
  readonly conversations: Pick<ConversationStore, 'write'>
  readonly ledger: MessageLedger
  readonly unstored: Pick<UnstoredMessages, 'ofAccount' | 'create' | 'replace' | 'remove'>
  readonly raw: RawStore
  readonly announcer: Announcer
  readonly directory: QueueDirectory
  readonly queue: Pick<FetchQueue, 'send'>
  readonly openMailbox: OpenMailbox
  readonly network: MailPolicy
  /** Adds to the number of messages stored in the current hour, which the overview shows. */
  readonly countStored: (stored: number) => Promise<void>
  /** Logs an error for operators. Only its safe fields may reach the log. */
  readonly logError: (detail: string, error: Error, about: Readonly<Record<string, string>>) => void
  readonly tickMinutes: number
  readonly controlHeaderPrefix: string
  readonly now: Clock
}

/** When to stop. `startNothingAfter` is in milliseconds since the epoch. `signal` aborts work that is still running. */
export interface FetchDeadline {
  readonly startNothingAfter: number
  readonly signal: AbortSignal
}

/**
 * The state that the steps of one part of a run share. `account` is read again between chunks, so that an edit affects
 * this run.
 */
export interface Part {
  readonly services: FetchServices
  readonly deadline: FetchDeadline
  readonly log: RunLog
  /** The account's status when this part began. */
  readonly status: AccountStatus
  /** The account's messages in the quarantine when this part began. Fails only when it is used. */
  readonly quarantined: Promise<readonly UnstoredMessage[]>
  account: Account
  /** Undefined for POP3, before the folder is open, and if the server reports none. */
  uidValidity: string | undefined
  /**
   * True if the mailbox's identity or all UIDLs changed since the last run. Messages with identical bytes then count as
   * the same message.
   */
  compareContent: boolean
  /** The stable UIDs that this session has listed so far. */
  readonly listedUids: Set<string>
}

/** A listed message whose bytes must be read. */
export interface Candidate {
  readonly message: ListedMessage
  /** Undefined if the server has no stable UIDL. The ID is then derived from the bytes. */
  readonly messageId: string | undefined
  /**
   * The stored message with this ID, if the listed one looks different or reappeared. Only the hash can identify it.
   */
  readonly known?: Message
  /** A run crashed or broke off while it processed this message. It is read alone, after the others. */
  readonly suspect: boolean
}

/** A listed message that is already stored and may leave the server. */
export interface Departing {
  readonly message: ListedMessage
  readonly messageId: string
  /**
   * POP3: the ID of this message's row under an earlier UIDL. Both rows are marked when the message leaves the server.
   */
  readonly original?: string | undefined
}
