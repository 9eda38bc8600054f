import * as z from 'zod'
import { type OnUnreadable, readableRows } from '../tables/readable-rows.ts'
import type { Table } from '../tables/table.ts'
import { pageOfWalk } from '../tables/time-walk.ts'
import { type Message, type MessageId, messageSchema } from './message.ts'
import type { MessageCatalog, MessageFilter, MessagePage, MessageQuery } from './message-catalog.ts'
import { headerKeyOf, messageOfRow } from './message-row.ts'
import { messageWalkOf } from './message-walk.ts'

/**
 * The number of daily partitions or pages read per call: two months. At 10 ms each, this is well within the API's 30 s.
 */
const queriesPerCall = 62

/** The attributes that every index of the table contains. */
const indexKeySchema = z.object({ messageId: z.string(), storedAt: z.string() })

/** The messages table as the API reads it. */
export class DynamoMessageCatalog implements MessageCatalog {
  readonly #table: Table
  readonly #now: () => Date
  readonly #onUnreadable: OnUnreadable | undefined

  constructor(
    table: Table,
    { now = () => new Date(), onUnreadable }: { readonly now?: () => Date; readonly onUnreadable?: OnUnreadable } = {},
  ) {
    this.#table = table
    this.#now = now
    this.#onUnreadable = onUnreadable
  }

  async read(messageId: MessageId): Promise<Message | undefined> {
    const row = await this.#table.get(messageId)
    return row && messageOfRow(row)
  }

  async byMessageIdHeader(messageIdHeader: string, limit: number): Promise<Message[]> {
    const written = messageIdHeader.trim()
    const id = /<[^<>\s]+>/.exec(written)?.[0]
    const pages = (id ? [id] : [`<${written}>`, written]).map(async (header) => {
      const partition = ['headerKey', headerKeyOf(header)] as const
      const page = await this.#table.query({ index: 'by-message-id', partition, descending: true, limit })
      return page.rows.map((row) => indexKeySchema.parse(row))
    })
    // Messages with the same time keep the order of the index, so that a smaller limit returns the beginning of the
    // same list.
    const keys = (await Promise.all(pages)).flat().toSorted(newestFirst)
    const found = await this.#readByIds(keys.map(({ messageId }) => messageId))
    return keys.flatMap(({ messageId }) => found.get(messageId) ?? []).slice(0, limit)
  }

  async list(query: MessageQuery): Promise<MessagePage> {
    const { filter, limit, cursor } = query
    const { items, next } = await pageOfWalk(this.#table, messageWalkOf(query, this.#now()), {
      ...{ time: 'storedAt', id: 'messageId', keySchema: indexKeySchema, queriesPerCall, limit, cursor },
      read: (messageIds) => this.#readByIds(messageIds),
      passes: filter && ((message) => passes(message, filter)),
    })
    return { messages: items, ...(next && { next }) }
  }

  async #readByIds(messageIds: readonly MessageId[]): Promise<Map<MessageId, Message>> {
    const rows = await this.#table.getMany(messageIds)
    const messages = readableRows(rows, messageSchema, 'messageId', this.#onUnreadable)
    return new Map(messages.map((message) => [message.messageId, message]))
  }
}

const newestFirst = (a: { storedAt: string }, b: { storedAt: string }): number =>
  a.storedAt === b.storedAt ? 0 : a.storedAt < b.storedAt ? 1 : -1

const passes = (message: Message, filter: MessageFilter): boolean =>
  filter === 'unparsed' ? !message.parsed : message.state === filter
