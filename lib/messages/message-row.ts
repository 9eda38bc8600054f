import { createHash } from 'node:crypto'
import type { Row } from '../tables/table.ts'
import { bucketOf } from '../tables/tables.ts'
import { type Message, messageSchema } from './message.ts'

/** A row outlives its message's removal by this much: long enough that a backup restored within a year re-imports nothing. */
const daysKeptAfterRemoval = 400

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

export const dayOf = (time: string): string => time.slice(0, 'yyyy-mm-dd'.length)
export const queueDayOf = (queueId: string, day: string): string => `${queueId}#${day}`
export const contentKeyOf = (accountId: string, sha256: string): string => `${accountId}#${sha256}`
/** Of a Message-ID header, which a sender may make a thousand bytes long. */
export const headerKeyOf = (messageIdHeader: string): string =>
  createHash('sha256').update(messageIdHeader.trim()).digest('hex')
export const unannouncedBucket = (bucket: number): string => `unannounced#${bucket}`

/** A repeat of known bytes is never announced, whatever its state says. */
export const awaitsAnnouncement = ({ state, sameAs }: Message): boolean => state === 'stored' && sameAs === undefined

/** Only what the server confirmed as gone may be forgotten: the row is what prevents importing it again. */
export const isGone = (server: Message['server']): boolean => server === 'deleted' || server === 'moved'

/** Epoch seconds, as DynamoDB's time to live wants them. */
export const expiryAfter = (removedAt: string): number =>
  Math.floor(Date.parse(removedAt) / 1000) + daysKeptAfterRemoval * 86_400
