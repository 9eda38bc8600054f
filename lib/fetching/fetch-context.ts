import type { Account } from '../accounts/account.ts'
import { type MessageOrigin, messageIdOf } from '../messages/message-id.ts'
import type { FetchDeadline, FetchServices } from './fetch-services.ts'
import type { RunLog } from './run-log.ts'

/** What the steps of one run share. `account` is renewed between chunks, so that an edit takes effect while a run goes on. */
export interface FetchContext {
  readonly services: FetchServices
  readonly deadline: FetchDeadline
  readonly log: RunLog
  readonly uidValidity: string | undefined
  /** The mailbox's identity or all UIDLs changed since its messages were last seen: equal bytes are then the same message. */
  compareContent: boolean
  /** Stable uids of this session's listing so far. */
  readonly listedUids: Set<string>
  account: Account
}

const originOf = ({ account, uidValidity }: FetchContext): Omit<MessageOrigin, 'uid'> => ({
  accountId: account.accountId,
  mailboxEpoch: account.mailboxEpoch,
  ...(account.folder !== undefined && { folder: account.folder, uidValidity }),
})

export const messageIdFor = (context: FetchContext, uid: string): string => messageIdOf({ ...originOf(context), uid })

/** The id of a message that its bytes alone identify: no stable UIDL, or a server that reused a uid for other bytes. */
export const contentIdFor = (context: FetchContext, sha256: string, uid?: string): string =>
  messageIdFor(context, uid === undefined ? `sha256:${sha256}` : `${uid}/sha256:${sha256}`)

/** Changes when the server's uids no longer mean what they meant. */
export const mailboxIdentityOf = (
  account: Pick<Account, 'mailboxEpoch' | 'folder'>,
  uidValidity: string | undefined,
): string => JSON.stringify([account.mailboxEpoch, account.folder ?? null, uidValidity ?? null])
