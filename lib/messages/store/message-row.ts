import { createHash } from 'node:crypto'
import { dayOf } from '../../tables/list-by-time.ts'
import type { Row } from '../../tables/table.ts'
import { bucketOf } from '../../tables/tables.ts'
import { type Message, type MessageId, messageSchema } from '../message.ts'

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

/**
 * A row is kept for this number of days after the last sign of its message on the server. This is long enough that
 * nothing is imported again when a backup is restored within a year, or when an account is paused for a year.
 */
const daysKept = 400
/**
 * The number of days after which the expiry of a listed row is renewed. Most polls of a large mailbox that keeps its
 * mail therefore write nothing, and about once a month a poll writes all rows.
 */
const renewAfterDays = 30
const daySeconds = 86_400

/** Adds the attributes that the indexes and the expiry need. Times are compared as text, so all are UTC ISO 8601. */
export const messageRowOf = (message: Message): Row => ({
  ...message,
  queueDay: queueDayOf(message.queueId, dayOf(message.storedAt)),
  day: dayOf(message.storedAt),
  contentKey: contentKeyOf(message.accountId, message.sha256),
  ...(message.header?.messageIdHeader && { headerKey: headerKeyOf(message.header.messageIdHeader) }),
  ...(awaitsAnnouncement(message) && { unannounced: unannouncedBucket(bucketOf(message.messageId)) }),
  ...(isGone(message.server) && message.removedAt && { expiresAt: expiryAfter(message.removedAt) }),
})

/** Parses a row. The index attributes are dropped. */
export const messageOfRow = (row: Row): Message => messageSchema.parse(row)

export const queueDayOf = (queueId: string, day: string): string => `${queueId}#${day}`
export const contentKeyOf = (accountId: string, sha256: string): string => `${accountId}#${sha256}`
/** Hashes a Message-ID header, because a sender can make it a thousand bytes long. */
export const headerKeyOf = (messageIdHeader: string): string =>
  createHash('sha256').update(messageIdHeader.trim()).digest('hex')
export const unannouncedBucket = (bucket: number): string => `unannounced#${bucket}`

/** A message that repeats known bytes is never announced, whatever its state. */
export const awaitsAnnouncement = ({ state, sameAs }: Message): boolean => state === 'stored' && sameAs === undefined

/**
 * A row may expire once the server has confirmed that the message is gone. Until then, the row prevents importing the
 * message again.
 */
export const isGone = (server: Message['server']): boolean => server === 'deleted' || server === 'moved'

/** @returns epoch seconds, as required by DynamoDB's time to live */
export const expiryAfter = (lastSign: string): number => Math.floor(Date.parse(lastSign) / 1000) + daysKept * daySeconds

/**
 * @returns the expiry to write for a row whose message the server lists at `at`, or undefined if nothing needs to be
 * written
 *
 * A row may expire once its message is no longer listed. Runs that list the whole mailbox renew the rows of all listed
 * messages: POP3, and IMAP accounts that delete or move. An IMAP account that keeps its mail lists only messages above
 * its watermark, so its `kept` rows are not renewed and must not expire. The watermark alone does not replace them. It
 * is discarded when UIDVALIDITY changes (then only the hashes in the rows separate old mail from new) and when the
 * account is changed to delete or move (then only the rows show which messages may be removed). It is bypassed from the
 * first exception on when the size limit is raised. Without rows, each of these cases would import old mail again.
 *
 * A row that awaits its announcement never expires.
 */
export const expiryOfListed = (message: Message, expiresAt: unknown, at: string): number | undefined => {
  const { server, accountType } = message
  const staysBelowWatermark = server === 'kept' && accountType.startsWith('IMAP')
  if (isGone(server) || staysBelowWatermark || awaitsAnnouncement(message)) return undefined
  const fresh = expiryAfter(at)
  const isFresh = typeof expiresAt === 'number' && expiresAt > fresh - renewAfterDays * daySeconds
  return isFresh ? undefined : fresh
}
