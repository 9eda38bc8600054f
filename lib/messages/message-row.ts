import { createHash } from 'node:crypto'
import type { Row } from '../tables/table.ts'
import { bucketOf } from '../tables/tables.ts'
import { dayOf } from '../tables/time-walk.ts'
import { type Message, messageSchema } from './message.ts'

/**
 * A row outlives the last sign of its message on the server by this much: long enough that a backup restored within a year, or an account
 * that pauses for a year, re-imports nothing.
 */
const daysKept = 400
/** Days after which a listed row's expiry is moved on: a poll of a large kept mailbox writes nothing, and once a month all of it. */
const renewAfterDays = 30
const daySeconds = 86_400

/** The message with the attributes its indexes and its expiry need. Times are compared as text, so all are UTC ISO 8601. */
export const messageRowOf = (message: Message): Row => ({
  ...message,
  queueDay: queueDayOf(message.queueId, dayOf(message.storedAt)),
  day: dayOf(message.storedAt),
  contentKey: contentKeyOf(message.accountId, message.sha256),
  ...(message.header?.messageIdHeader && { headerKey: headerKeyOf(message.header.messageIdHeader) }),
  ...(awaitsAnnouncement(message) && { unannounced: unannouncedBucket(bucketOf(message.messageId)) }),
  ...(isGone(message.server) && message.removedAt && { expiresAt: expiryAfter(message.removedAt) }),
})

/** Index attributes are dropped on the way out. */
export const messageOfRow = (row: Row): Message => messageSchema.parse(row)

export const queueDayOf = (queueId: string, day: string): string => `${queueId}#${day}`
export const contentKeyOf = (accountId: string, sha256: string): string => `${accountId}#${sha256}`
/** Of a Message-ID header, which a sender may make a thousand bytes long. */
export const headerKeyOf = (messageIdHeader: string): string =>
  createHash('sha256').update(messageIdHeader.trim()).digest('hex')
export const unannouncedBucket = (bucket: number): string => `unannounced#${bucket}`

/** A repeat of known bytes is never announced, whatever its state says. */
export const awaitsAnnouncement = ({ state, sameAs }: Message): boolean => state === 'stored' && sameAs === undefined

/** What the server confirmed as gone may be forgotten in time: the row is what prevents importing it again. */
export const isGone = (server: Message['server']): boolean => server === 'deleted' || server === 'moved'

/** Epoch seconds, as DynamoDB's time to live wants them. */
export const expiryAfter = (lastSign: string): number => Math.floor(Date.parse(lastSign) / 1000) + daysKept * daySeconds

/**
 * The expiry to write for a row whose message the server lists at `at`, or undefined where nothing is to be written.
 *
 * A row may expire once its message is not listed any more, and whoever lists all of a mailbox at each run renews what is there: POP3, and
 * IMAP accounts that delete or move. An IMAP account that keeps its mail lists only what is above its watermark, so its `kept` rows are not
 * renewed and must not expire. The watermark alone does not replace them: it is given up when UIDVALIDITY changes (then only the rows'
 * hashes tell old mail from new), when the account is changed to delete or move (then only the rows tell what may leave), and it is passed
 * over from the first exception on when the limit of size is raised. Without rows each of these would import old mail again.
 *
 * What waits for its announcement never expires.
 */
export const expiryOfListed = (message: Message, expiresAt: unknown, at: string): number | undefined => {
  const { server, accountType } = message
  const staysBelowWatermark = server === 'kept' && accountType.startsWith('IMAP')
  if (isGone(server) || staysBelowWatermark || awaitsAnnouncement(message)) return undefined
  const fresh = expiryAfter(at)
  const isFresh = typeof expiresAt === 'number' && expiresAt > fresh - renewAfterDays * daySeconds
  return isFresh ? undefined : fresh
}
