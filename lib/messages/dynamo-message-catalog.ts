import * as z from 'zod'
import { type OnUnreadable, readableRows } from '../tables/readable-rows.ts'
import type { Row, Table } from '../tables/table.ts'
import { type Message, type MessageId, messageSchema } from './message.ts'
import type { MessageCatalog, MessageCursor, MessageFilter, MessagePage, MessageQuery } from './message-catalog.ts'
import { headerKeyOf, messageOfRow } from './message-row.ts'
import { walkOf } from './message-walk.ts'

/** Two months of days, or as many pages: at 10 ms each well inside the API's 30 s. */
const queriesPerCall = 62
/** With a filter that nothing passes, a call reads this many rows and leaves the rest to the next. */
const rowsPerCall = 500
/** DynamoDB's batch of 100 is read at once where a filter will drop some. */
const filteredPage = 100
/** Lambda answers at most 6 MB; rows of long headers reach 64 KB. */
const answerBytes = 4 * 1024 * 1024

/** What every index of the table holds. */
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
      return page.rows.map((row) => indexKeySchema.parse(row).messageId)
    })
    const found = await this.#readByIds((await Promise.all(pages)).flat())
    return [...found.values()].sort((a, b) => (a.storedAt < b.storedAt ? 1 : -1)).slice(0, limit)
  }

  async list(query: MessageQuery): Promise<MessagePage> {
    const { steps, from, to } = walkOf(query, this.#now())
    const messages: Message[] = []
    let bytes = 0
    let rows = 0
    let queries = 0
    for (const step of steps) {
      let { position, startKey }: { position: MessageCursor; startKey?: Row } = step
      do {
        if (queries === queriesPerCall) return { messages, next: position }
        queries += 1
        const page = await this.#table.query({
          index: step.index,
          partition: step.partition,
          sort: { key: 'storedAt', from, to },
          descending: true,
          // One more than needed tells whether there is a next page.
          limit: query.filter ? filteredPage : query.limit - messages.length + 1,
          ...(startKey && { startKey }),
        })
        const keys = page.rows.map((row) => indexKeySchema.parse(row))
        const found = await this.#readByIds(keys.map(({ messageId }) => messageId))
        for (const { messageId, storedAt } of keys) {
          const full = messages.length === query.limit || bytes >= answerBytes || rows === rowsPerCall
          if (full) return { messages, next: position }
          rows += 1
          position = { ...position, after: { storedAt, messageId } }
          const message = found.get(messageId)
          if (!message || !passes(message, query.filter)) continue
          messages.push(message)
          bytes += Buffer.byteLength(JSON.stringify(message))
        }
        startKey = page.nextKey
      } while (startKey)
    }
    return { messages }
  }

  async #readByIds(messageIds: readonly MessageId[]): Promise<Map<MessageId, Message>> {
    const rows = await this.#table.getMany(messageIds)
    const messages = readableRows(rows, messageSchema, 'messageId', this.#onUnreadable)
    return new Map(messages.map((message) => [message.messageId, message]))
  }
}

const passes = (message: Message, filter: MessageFilter | undefined): boolean =>
  filter === undefined || (filter === 'unparsed' ? !message.parsed : message.state === filter)
