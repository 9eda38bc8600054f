import pLimit from 'p-limit'
import type { Row, Table } from '../../tables/table.ts'
import { bucketCount } from '../../tables/tables.ts'
import { type Message, type MessageId, type MessageLedger, messageSchema } from '../message.ts'
import {
  awaitsAnnouncement,
  contentKeyOf,
  expiryAfter,
  expiryOfListed,
  isGone,
  messageOfRow,
  messageRowOf,
  unannouncedBucket,
} from './message-row.ts'

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
export class DynamoMessageLedger implements MessageLedger {
  readonly #table: Table

  constructor(table: Table) {
    this.#table = table
  }

  async readMany(messageIds: readonly MessageId[]): Promise<Message[]> {
    return (await this.#table.getMany(messageIds)).map(messageOfRow)
  }

  async readListed(messageIds: readonly MessageId[], at: string): Promise<Message[]> {
    const rows = await this.#table.getMany(messageIds)
    const limit = pLimit(markParallelism)
    return await limit.map(rows, async (row) => {
      const message = messageOfRow(row)
      const expiresAt = expiryOfListed(message, row.expiresAt, at)
      const change = { text: 'SET #expiresAt = :expiresAt', values: { expiresAt } }
      if (expiresAt !== undefined)
        await this.#table.update(message.messageId, change, { text: 'attribute_exists(#messageId)' })
      return message
    })
  }

  async create(message: Message): Promise<Message> {
    const row = messageRowOf(message)
    for (let attempt = 0; attempt < createAttempts; attempt += 1) {
      if (await this.#table.put(row, { text: 'attribute_not_exists(#messageId)' })) return message
      const existing = await this.#table.get(message.messageId)
      if (existing) return messageOfRow(existing)
    }
    throw new Error('A message row existed when it was written but not when it was read')
  }

  async markAnnounced(messageId: MessageId, at: string): Promise<void> {
    // Takes effect once. A repeated mark keeps the first time, and an expired row is not created again.
    await this.#table.update(
      messageId,
      {
        text: 'SET #state = :announced, #announcedAt = :at REMOVE #unannounced',
        values: { announced: 'announced', at },
      },
      { text: 'attribute_exists(#unannounced)' },
    )
  }

  async markServer(messageIds: readonly MessageId[], server: 'deleted' | 'moved' | 'kept', at: string): Promise<void> {
    const change = isGone(server)
      ? {
          text: 'SET #server = :server, #removedAt = :at, #expiresAt = :expiresAt',
          values: { server, at, expiresAt: expiryAfter(at) },
        }
      : { text: 'SET #server = :server REMOVE #removedAt, #expiresAt', values: { server } }
    const limit = pLimit(markParallelism)
    await limit.map(new Set(messageIds), (messageId) =>
      this.#table.update(messageId, change, { text: 'attribute_exists(#messageId)' }),
    )
  }

  async findByContent(
    accountId: string,
    sha256: string,
    accept: (message: Message) => boolean,
  ): Promise<Message | undefined> {
    const pages = this.#table.pages({
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
      const pages = this.#table.pages({
        index: 'unannounced',
        partition: ['unannounced', unannouncedBucket(bucket)],
        sort: { key: 'storedAt', to: before },
        limit: 100,
      })
      for await (const rows of pages) {
        const found = await this.#table.rowsOf({ rows })
        const messages = this.#table.readable(found, messageSchema)
        // The index is eventually consistent, and its upper bound is inclusive.
        const due = messages.filter((message) => awaitsAnnouncement(message) && message.storedAt < before)
        if (due.length > 0) yield due
      }
    }
  }

  async #read(rows: Row[]): Promise<Message[]> {
    return (await this.#table.rowsOf({ rows })).map(messageOfRow)
  }
}
