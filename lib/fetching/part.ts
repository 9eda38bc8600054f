import type { Account } from '../accounts/account.ts'
import { type MessageOrigin, messageIdOf } from '../messages/message-id.ts'
import type { RunLog } from './report/run-log.ts'
import type { FetchDeadline, FetchServices } from './services.ts'

/** State that the steps of one run share. `account` is read again between chunks, so that an edit affects this run. */
export interface FetchContext {
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

const originOf = ({ account, uidValidity }: FetchContext): Omit<MessageOrigin, 'uid'> => ({
  accountId: account.accountId,
  mailboxEpoch: account.mailboxEpoch,
  ...(account.folder !== undefined && { folder: account.folder, uidValidity }),
})

export const messageIdFor = (context: FetchContext, uid: string): string => messageIdOf({ ...originOf(context), uid })

/**
 * The ID of a message that only its bytes identify: it has no stable UIDL, or the server reused a UID for other bytes.
 */
export const contentIdFor = (context: FetchContext, sha256: string, uid?: string): string =>
  messageIdFor(context, uid === undefined ? `sha256:${sha256}` : `${uid}/sha256:${sha256}`)

/** A value that changes when the server's UIDs no longer refer to the same messages. */
export const mailboxIdentityOf = (
  account: Pick<Account, 'mailboxEpoch' | 'folder'>,
  uidValidity: string | undefined,
): string => JSON.stringify([account.mailboxEpoch, account.folder ?? null, uidValidity ?? null])
