import { hash } from 'node:crypto'
import pLimit from 'p-limit'
import { bucketCount, bucketOf, changeOf, dayOf } from '../../tables/items.ts'
import type { Row } from '../../tables/table.ts'
import { TableStore } from '../../tables/table-store.ts'
import { type AnnouncedMark, type Message, type MessageId, type MessageLedger, messageSchema } from '../message.ts'

/**
 * The deletes of one chunk are marked in parallel. With a write time of 10 ms, 32 keep the table busy without queueing
 * inside the client (50 sockets).
 */
const markParallelism = 32
/** The existing row may expire before it is read. That cannot happen twice in a row. */
const createAttempts = 2
/** Messages with identical bytes are rare within a mailbox, so one small page nearly always contains the answer. */
const contentPage = 10

/** The messages table as fetch and dispatch write it. */
export class DynamoMessageLedger extends TableStore implements MessageLedger {
  async readMany(messageIds: readonly MessageId[]): Promise<Message[]> {
    return (await this.table.getMany(messageIds)).map(messageOfRow)
  }

  /** @returns which of these messages have a row, readable or not */
  async existing(messageIds: readonly MessageId[]): Promise<Set<MessageId>> {
    return new Set((await this.table.getMany(messageIds)).map((row) => String(row.messageId)))
  }

  async readListed(messageIds: readonly MessageId[], at: string): Promise<Message[]> {
    const rows = await this.table.getMany(messageIds)
    const limit = pLimit(markParallelism)
    return await limit.map(rows, async (row) => {
      const message = messageOfRow(row)
      const expiresAt = expiryOfListed(message, row.expiresAt, at)
      if (expiresAt !== undefined) await this.#changeIf('messageId', message.messageId, { expiresAt })
      return message
    })
  }

  async create(message: Message): Promise<Message> {
    const row = messageRowOf(message)
    for (let attempt = 0; attempt < createAttempts; attempt += 1) {
      if (await this.table.put(row, { text: 'attribute_not_exists(#messageId)' })) return message
      const existing = await this.table.get(message.messageId)
      if (existing) return messageOfRow(existing)
    }
    throw new Error('A message row existed when it was written but not when it was read')
  }

  async markAnnounced({ messageId, at, expiresAt }: AnnouncedMark): Promise<void> {
    const change = { ...announcedAt(at), ...(expiresAt !== undefined && { expiresAt }) }
    await this.#changeIf('unannounced', messageId, change)
  }

  async markServer(
    messageIds: readonly MessageId[],
    server: 'deleted' | 'moved' | 'kept',
    at: string,
    announced: ReadonlyMap<MessageId, AnnouncedMark> = new Map(),
  ): Promise<void> {
    const change = isGone(server)
      ? { server, removedAt: at, expiresAt: expiryAfter(at) }
      : { server, removedAt: undefined, expiresAt: undefined }
    const limit = pLimit(markParallelism)
    await limit.map(new Set(messageIds), async (messageId) => {
      const mark = announced.get(messageId)
      // The sweep may have marked the announcement in the meantime.
      if (!mark || !(await this.#changeIf('unannounced', messageId, { ...change, ...announcedAt(mark.at) })))
        await this.#changeIf('messageId', messageId, change)
    })
  }

  /** An expired row is not created again, and an announcement is marked only once. */
  async #changeIf(existing: 'messageId' | 'unannounced', messageId: MessageId, change: Row): Promise<boolean> {
    return await this.table.update(messageId, changeOf(change), { text: `attribute_exists(#${existing})` })
  }

  async findByContent(
    accountId: string,
    sha256: string,
    accept: (message: Message) => boolean,
  ): Promise<Message | undefined> {
    const pages = this.table.pages({
      index: 'by-content',
      partition: ['contentKey', contentKeyOf(accountId, sha256)],
      limit: contentPage,
    })
    for await (const rows of pages) {
      const first = (await this.#read(rows)).find(accept)
      if (first) return first
    }
    return undefined
  }

  async *unannounced(before: string): AsyncGenerator<Message[]> {
    for (let bucket = 0; bucket < bucketCount; bucket += 1) {
      const pages = this.table.pages({
        index: 'unannounced',
        partition: ['unannounced', unannouncedBucket(bucket)],
        sort: { key: 'storedAt', to: before },
        limit: 100,
      })
      for await (const rows of pages) {
        const found = await this.table.rowsOf({ rows })
        const messages = this.table.readable(found, messageSchema)
        // The index is eventually consistent, and its upper bound is inclusive.
        const due = messages.filter((message) => awaitsAnnouncement(message) && message.storedAt < before)
        if (due.length > 0) yield due
      }
    }
  }

  async #read(rows: Row[]): Promise<Message[]> {
    return (await this.table.rowsOf({ rows })).map(messageOfRow)
  }
}

const announcedAt = (at: string) => ({ state: 'announced', announcedAt: at, unannounced: undefined })

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
  return hash('sha256', JSON.stringify(parts))
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
  ...(awaitsAnnouncement(message) && {
    unannounced: unannouncedBucket(bucketOf(message.messageId)),
    unplanned: unplannedBucket(bucketOf(message.messageId)),
  }),
  expiresAt:
    isGone(message.server) && message.removedAt
      ? expiryAfter(message.removedAt)
      : expiryOfListed(message, undefined, message.storedAt),
})

/**
 * The mark of a message whose announcement the topic has confirmed. A crash may lose the mark that follows when the
 * message leaves the server, so this one gives the row its expiry as if the message were listed now.
 */
export const announcedMarkOf = (message: Message, at: string): AnnouncedMark => ({
  messageId: message.messageId,
  at,
  expiresAt: expiryOfListed({ ...message, state: 'announced' }, undefined, at),
})

/** Parses a row. The index attributes are dropped. */
export const messageOfRow = (row: Row): Message => messageSchema.parse(row)

export const queueDayOf = (queueId: string, day: string): string => `${queueId}#${day}`
export const contentKeyOf = (accountId: string, sha256: string): string => `${accountId}#${sha256}`
/** Hashes a Message-ID header, because a sender can make it a thousand bytes long. */
export const headerKeyOf = (messageIdHeader: string): string => hash('sha256', messageIdHeader.trim())
export const unannouncedBucket = (bucket: number): string => `unannounced#${bucket}`
export const unplannedBucket = (bucket: number): string => `unplanned#${bucket}`

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
