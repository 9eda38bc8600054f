import * as z from 'zod'
import { ProblemError } from '../../reasons/problem.ts'
import { dayLength, pageOfWalk, type TimeWalk } from '../../tables/list-by-time.ts'
import type { Table } from '../../tables/table.ts'
import type { Clock } from '../../text/clock.ts'
import { type Message, type MessageId, messageSchema } from '../message.ts'
import { headerKeyOf, messageOfRow, queueDayOf } from './message-ledger.ts'

/**
 * The filters of a list. `unparsed` selects messages whose header could not be read, in any of the other states.
 */
export const messageFilters = ['stored', 'announced', 'ignored', 'erased', 'unparsed'] as const
export type MessageFilter = (typeof messageFilters)[number]

/** Where a list continues: after the last message examined, or at the start of a day. */
export const messageCursorSchema = z.strictObject({
  /** Only for lists that go day by day. */
  day: z.iso.date().optional(),
  after: z.strictObject({ storedAt: z.iso.datetime(), messageId: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
})
export type MessageCursor = z.infer<typeof messageCursorSchema>

/** Which messages a list contains: those that match every given field. */
export interface MessageQuery {
  readonly queueId?: string | undefined
  readonly accountId?: string | undefined
  readonly runId?: string | undefined
  /** Both are inclusive, in ISO 8601 UTC with milliseconds, and compared with the time of storing. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly filter?: MessageFilter | undefined
  readonly limit: number
  readonly cursor?: MessageCursor | undefined
}

export interface MessagePage {
  readonly messages: Message[]
  /**
   * Present if there may be more. A page can be short, or even empty, and still have a `next`, because the work of one
   * call is bounded.
   */
  readonly next?: MessageCursor
}

/**
 * The number of daily partitions or pages read per call: two months. At 10 ms each, this is well within the API's 30 s.
 */
const queriesPerCall = 62

/** The attributes that every index of the table contains. */
const indexKeySchema = z.object({ messageId: z.string(), storedAt: z.string() })

/** The stored messages as people and pulling consumers read them. */
export class MessageCatalog {
  readonly #table: Table
  readonly #now: Clock

  constructor(table: Table, { now = () => new Date() }: { readonly now?: Clock } = {}) {
    this.#table = table
    this.#now = now
  }

  async read(messageId: MessageId): Promise<Message | undefined> {
    const row = await this.#table.get(messageId)
    return row && messageOfRow(row)
  }

  /** @returns the messages with this Message-ID header, newest first. The angle brackets are optional. */
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

  /**
   * Lists messages, newest first. Unless `from` is given, lists without an account or a run cover the last 31 days. The
   * others are not limited in time.
   * @throws ProblemError `invalid-request` for a cursor that does not belong to the query
   */
  async list(query: MessageQuery): Promise<MessagePage> {
    const { limit, cursor } = query
    const { items, next } = await pageOfWalk(this.#table, messageWalkOf(query, this.#now()), {
      ...{ time: 'storedAt', id: 'messageId', keySchema: indexKeySchema, queriesPerCall, limit, cursor },
      read: (messageIds) => this.#readByIds(messageIds),
      passes: isFiltered(query) ? (message) => matches(message, query) : undefined,
    })
    return { messages: items, ...(next && { next }) }
  }

  async #readByIds(messageIds: readonly MessageId[]): Promise<Map<MessageId, Message>> {
    const rows = await this.#table.getMany(messageIds)
    const messages = this.#table.readable(rows, messageSchema)
    return new Map(messages.map((message) => [message.messageId, message]))
  }
}

const newestFirst = (a: { storedAt: string }, b: { storedAt: string }): number =>
  a.storedAt === b.storedAt ? 0 : a.storedAt < b.storedAt ? 1 : -1

/** Whether the walked index may contain messages that do not match. */
const isFiltered = ({ queueId, accountId, runId, filter }: MessageQuery): boolean =>
  filter !== undefined || [queueId, accountId, runId].filter((id) => id !== undefined).length > 1

const matches = (message: Message, { queueId, accountId, runId, filter }: MessageQuery): boolean =>
  (queueId === undefined || message.queueId === queueId) &&
  (accountId === undefined || message.accountId === accountId) &&
  (runId === undefined || message.runId === runId) &&
  (filter === undefined || (filter === 'unparsed' ? !message.parsed : message.state === filter))

/** A month is long enough for every ordinary question. With one query a day, a list takes far less than a second. */
const defaultDays = 31
/** No message was stored before this time. */
const earliest = '2020-01-01T00:00:00.000Z'
/**
 * No message is stored after tomorrow, even if the clocks of two functions differ. With this limit, a list up to the
 * year 9999 does not walk empty days.
 */
const latestAhead = dayLength

/** @returns the walk over the rows of a list of messages */
const messageWalkOf = (query: MessageQuery, now: Date): TimeWalk => {
  const latest = new Date(now.getTime() + latestAhead).toISOString()
  const to = query.to === undefined || query.to > latest ? latest : query.to
  const index = indexOf(query)
  const lookBack = new Date(now.getTime() - defaultDays * dayLength).toISOString()
  const from = query.from ?? (index.byDay ? lookBack : earliest)
  return { from: from < earliest ? earliest : from, to, ...index }
}

/**
 * Chooses the index with the fewest rows to walk. A run has fewer messages than its account, and the mail of an account
 * is mostly in one queue. The other fields are compared in each row.
 */
const indexOf = ({ queueId, accountId, runId }: MessageQuery): Pick<TimeWalk, 'index' | 'byDay' | 'partitionOf'> => {
  if (runId !== undefined) return { index: 'by-run', byDay: false, partitionOf: () => ['runId', runId] }
  if (accountId !== undefined) return { index: 'by-account', byDay: false, partitionOf: () => ['accountId', accountId] }
  if (queueId !== undefined)
    return { index: 'by-queue-day', byDay: true, partitionOf: (day) => ['queueDay', queueDayOf(queueId, day)] }
  return { index: 'by-day', byDay: true, partitionOf: (day) => ['day', day] }
}

/** @throws ProblemError `not-found` */
export const readMessage = async (messages: Pick<MessageCatalog, 'read'>, messageId: MessageId): Promise<Message> => {
  const message = await messages.read(messageId)
  if (!message) throw new ProblemError('not-found', 'There is no message with this id.')
  return message
}

/**
 * Looks up the raw mail of a message.
 * @param find looks up the bytes that are stored under an id, or a link to them
 * @throws ProblemError `not-found`, `raw-mail-expired`, `message-erased`
 */
export const findRawMail = async <Found>(
  messages: Pick<MessageCatalog, 'read'>,
  messageId: MessageId,
  find: (storedAs: MessageId) => Promise<Found | undefined>,
): Promise<Found> => {
  const message = await readMessage(messages, messageId)
  requireNotErased(message)
  const { sameAs, storedAt } = message
  // A message that repeats known bytes may have been recorded without storing the bytes a second time.
  const found = (await find(messageId)) ?? (sameAs && (await find(sameAs)))
  if (!found) throw new ProblemError('raw-mail-expired', `The raw mail stored at ${storedAt} has been removed.`)
  return found
}

/** @throws ProblemError `message-erased` */
export const requireNotErased = ({ erased }: Pick<Message, 'erased'>): void => {
  if (erased) throw new ProblemError('message-erased', `${erased.by} erased the message at ${erased.at}.`)
}
