import type { Account } from '../accounts/account.ts'
import type { ListedMessage } from '../mailbox/mailbox.ts'
import type { Message } from '../messages/message.ts'
import { type MessageOrigin, messageIdOf } from '../messages/store/message-row.ts'
import type { RunLog } from './report/run-log.ts'
import type { FetchDeadline, FetchServices } from './services.ts'

/** What the steps of one part of a run share. `account` is read again between chunks, so that an edit affects this run. */
export interface Part {
  readonly services: FetchServices
  readonly deadline: FetchDeadline
  readonly log: RunLog
  readonly uidValidity: string | undefined
  /**
   * True if the mailbox's identity or all UIDLs changed since the last run. Messages with equal bytes then count as the
   * same message.
   */
  compareContent: boolean
  /** The stable UIDs that this session has listed so far. */
  readonly listedUids: Set<string>
  account: Account
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

const originOf = ({ account, uidValidity }: Part): Omit<MessageOrigin, 'uid'> => ({
  accountId: account.accountId,
  mailboxEpoch: account.mailboxEpoch,
  ...(account.folder !== undefined && { folder: account.folder, uidValidity }),
})

export const messageIdFor = (part: Part, uid: string): string => messageIdOf({ ...originOf(part), uid })

/**
 * The ID of a message that only its bytes identify: it has no stable UIDL, or the server reused a UID for other bytes.
 */
export const contentIdFor = (part: Part, sha256: string, uid?: string): string =>
  messageIdFor(part, uid === undefined ? `sha256:${sha256}` : `${uid}/sha256:${sha256}`)

/** A value that changes when the server's UIDs no longer refer to the same messages. */
export const mailboxIdentityOf = (
  account: Pick<Account, 'mailboxEpoch' | 'folder'>,
  uidValidity: string | undefined,
): string => JSON.stringify([account.mailboxEpoch, account.folder ?? null, uidValidity ?? null])
