import * as z from 'zod'
import { ProblemError } from '../../reasons/problem.ts'
import { dayLength, pageOfWalk, type TimeWalk } from '../../tables/list-by-time.ts'
import type { Table } from '../../tables/table.ts'
import type { Clock } from '../../text/clock.ts'
import { type Message, type MessageId, messageSchema } from '../message.ts'
import { headerKeyOf, messageOfRow, queueDayOf } from './message-ledger.ts'

/**
 * The filters of a list. `unparsed` selects messages whose header could not be read, in any of the other three states.
 */
export const messageFilters = ['stored', 'announced', 'ignored', 'unparsed'] as const
export type MessageFilter = (typeof messageFilters)[number]

/** The index that a list walks. `time` covers every message of the deployment. */
export type MessageScope =
  | { readonly by: 'queue'; readonly queueId: string }
  | { readonly by: 'account'; readonly accountId: string }
  | { readonly by: 'run'; readonly runId: string }
  | { readonly by: 'time' }

/** Where a list continues: after the last message examined, or at the start of a day. */
export const messageCursorSchema = z.strictObject({
  /** Only for lists by queue and by time. */
  day: z.iso.date().optional(),
  after: z.strictObject({ storedAt: z.iso.datetime(), messageId: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
})
export type MessageCursor = z.infer<typeof messageCursorSchema>

export interface MessageQuery {
  readonly scope: MessageScope
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
   * Lists messages, newest first. Lists by queue and by time cover the last 31 days unless `from` is given. The others
   * are not limited in time.
   * @throws ProblemError `invalid-request` for a cursor that does not belong to the query
   */
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
    const messages = this.#table.readable(rows, messageSchema)
    return new Map(messages.map((message) => [message.messageId, message]))
  }
}

const newestFirst = (a: { storedAt: string }, b: { storedAt: string }): number =>
  a.storedAt === b.storedAt ? 0 : a.storedAt < b.storedAt ? 1 : -1

const passes = (message: Message, filter: MessageFilter): boolean =>
  filter === 'unparsed' ? !message.parsed : message.state === filter

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
const messageWalkOf = ({ scope, ...range }: MessageQuery, now: Date): TimeWalk => {
  const latest = new Date(now.getTime() + latestAhead).toISOString()
  const to = range.to === undefined || range.to > latest ? latest : range.to
  const index = indexOf(scope)
  const lookBack = new Date(now.getTime() - defaultDays * dayLength).toISOString()
  const from = range.from ?? (index.byDay ? lookBack : earliest)
  return { from: from < earliest ? earliest : from, to, ...index }
}

const indexOf = (scope: MessageScope): Pick<TimeWalk, 'index' | 'byDay' | 'partitionOf'> => {
  switch (scope.by) {
    case 'queue':
      return {
        index: 'by-queue-day',
        byDay: true,
        partitionOf: (day) => ['queueDay', queueDayOf(scope.queueId, day)],
      }
    case 'account':
      return { index: 'by-account', byDay: false, partitionOf: () => ['accountId', scope.accountId] }
    case 'run':
      return { index: 'by-run', byDay: false, partitionOf: () => ['runId', scope.runId] }
    case 'time':
      return { index: 'by-day', byDay: true, partitionOf: (day) => ['day', day] }
  }
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
 * @throws ProblemError `not-found`, `raw-mail-expired`
 */
export const findRawMail = async <Found>(
  messages: Pick<MessageCatalog, 'read'>,
  messageId: MessageId,
  find: (storedAs: MessageId) => Promise<Found | undefined>,
): Promise<Found> => {
  const { sameAs, storedAt } = await readMessage(messages, messageId)
  // A message that repeats known bytes may have been recorded without storing the bytes a second time.
  const found = (await find(messageId)) ?? (sameAs && (await find(sameAs)))
  if (!found) throw new ProblemError('raw-mail-expired', `The raw mail stored at ${storedAt} has been removed.`)
  return found
}
