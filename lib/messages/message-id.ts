import { createHash } from 'node:crypto'
import type { MessageId } from './message.ts'

/** What makes a message the same one at every later sight of it. */
export interface MessageOrigin {
  readonly accountId: string
  readonly mailboxEpoch: number
  /** IMAP only. */
  readonly folder?: string | undefined
  readonly uidValidity?: string | undefined
  /** IMAP UID, POP3 UIDL, or `sha256:<hex>` where the server has no stable UIDL. */
  readonly uid: string
}

/** SHA-256 over the parts as one JSON array, so that no two origins can run into each other; lower-case hex. */
export const messageIdOf = ({ accountId, mailboxEpoch, folder, uidValidity, uid }: MessageOrigin): MessageId => {
  const parts =
    folder === undefined ? [accountId, mailboxEpoch, uid] : [accountId, mailboxEpoch, folder, uidValidity, uid]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
