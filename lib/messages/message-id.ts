import { createHash } from 'node:crypto'
import type { MessageId } from './message.ts'

/** The properties that identify a message each time it is found. */
export interface MessageOrigin {
  readonly accountId: string
  readonly mailboxEpoch: number
  /** IMAP only. */
  readonly folder?: string | undefined
  readonly uidValidity?: string | undefined
  /** The IMAP UID, the POP3 UIDL, or `sha256:<hex>` if the server has no stable UIDL. */
  readonly uid: string
}

/**
 * @returns the SHA-256 of the parts as one JSON array, in lower-case hexadecimal. The array keeps the parts apart, so
 * that different origins never have the same input.
 */
export const messageIdOf = ({ accountId, mailboxEpoch, folder, uidValidity, uid }: MessageOrigin): MessageId => {
  const parts =
    folder === undefined ? [accountId, mailboxEpoch, uid] : [accountId, mailboxEpoch, folder, uidValidity, uid]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
