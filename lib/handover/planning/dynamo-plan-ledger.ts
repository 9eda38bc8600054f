import * as z from 'zod'
import { type Message, type MessageId, messageSchema } from '../../messages/message.ts'
import { headerKeyOf, unplannedBucket } from '../../messages/store/message-ledger.ts'
import { bucketCount, dayOf } from '../../tables/items.ts'
import { dayLength } from '../../tables/list-by-time.ts'
import type { Row } from '../../tables/table.ts'
import { TableStore } from '../../tables/table-store.ts'

const planRowSchema = messageSchema.extend({
  unplanned: z.string().optional(),
  plannedFor: z.array(z.string()).optional(),
})

/** The attributes that every index of the table contains. */
const indexKeySchema = z.object({ messageId: z.string(), storedAt: z.string() })

/** DynamoDB reads up to 100 rows at once. */
const pageSize = 100
/** Copies of a mail in several mailboxes share a Message-ID. More than a few are not a conversation. */
const copiesPerId = 5

export interface PlannedMessage {
  readonly message: Message
  /** Whether planning has not finished. Messages stored before hand-over existed never have this mark. */
  readonly unplanned: boolean
  /** The destinations for which the message was planned. Absent until it is decided. */
  readonly plannedFor?: readonly string[] | undefined
}

/** What the messages table knows about the planning of deliveries. */
export class DynamoPlanLedger extends TableStore {
  async read(messageId: MessageId): Promise<PlannedMessage | undefined> {
    const row = await this.table.get(messageId)
    return row && plannedOf(planRowSchema.parse(row))
  }

  async readMany(messageIds: readonly MessageId[]): Promise<PlannedMessage[]> {
    return this.#readable(await this.table.getMany(messageIds))
  }

  /**
   * Decides once for which destinations the message is planned. A decision without destinations finishes the planning.
   * @returns the decision that applies, which may be an earlier one
   */
  async decide(messageId: MessageId, destinationIds: readonly string[], at: string): Promise<readonly string[]> {
    const decided = await this.table.update(
      messageId,
      {
        text: `SET #plannedFor = :chosen, #plannedAt = :at ${destinationIds.length === 0 ? 'REMOVE #unplanned' : ''}`,
        values: { chosen: destinationIds, at },
      },
      { text: 'attribute_exists(#unplanned) AND attribute_not_exists(#plannedFor)' },
    )
    if (decided) return destinationIds
    return (await this.read(messageId))?.plannedFor ?? []
  }

  /** Adds a destination to a decision, for a replay or a redirection. */
  async add(messageId: MessageId, destinationId: string): Promise<void> {
    // A decision that has not been made yet must not be replaced by this single destination.
    await this.table.update(
      messageId,
      {
        text: 'SET #plannedFor = list_append(if_not_exists(#plannedFor, :none), :added)',
        values: { none: [], added: [destinationId] },
      },
      {
        text:
          'attribute_exists(#messageId) AND attribute_not_exists(#erased) AND NOT contains(#plannedFor, :one) AND ' +
          '(attribute_exists(#plannedFor) OR attribute_not_exists(#unplanned))',
        values: { one: destinationId },
      },
    )
  }

  /** Removes the mark `unplanned`. */
  async finish(messageId: MessageId): Promise<void> {
    await this.table.update(messageId, { text: 'REMOVE #unplanned' }, { text: 'attribute_exists(#unplanned)' })
  }

  /**
   * @returns the earlier messages of the conversation whose planning has not finished, oldest first. The index that finds
   * them may lag briefly behind a write.
   */
  async unplannedAncestors({ messageId, header }: Message): Promise<MessageId[]> {
    if (!header) return []
    const { references, inReplyTo, threadRoot } = header
    const ids = new Set([...references, inReplyTo, threadRoot].filter((id) => id !== undefined))
    // The header has at most 22 of them.
    const pages = [...ids].map((id) =>
      this.table.query({
        index: 'by-message-id',
        partition: ['headerKey', headerKeyOf(id)],
        limit: copiesPerId,
      }),
    )
    const rows = (await Promise.all(pages)).flatMap((page) => page.rows)
    const found = await this.readMany(rows.map((row) => indexKeySchema.parse(row).messageId))
    return found
      .filter(({ unplanned, message }) => unplanned && message.messageId !== messageId)
      .toSorted((one, other) => (one.message.storedAt < other.message.storedAt ? -1 : 1))
      .map(({ message }) => message.messageId)
  }

  /** @returns the messages stored before this time whose planning has not finished, page by page */
  async *unplanned(before: string): AsyncGenerator<MessageId[]> {
    for (let bucket = 0; bucket < bucketCount; bucket += 1) {
      const pages = this.table.pages({
        index: 'unplanned',
        partition: ['unplanned', unplannedBucket(bucket)],
        sort: { key: 'storedAt', to: before },
        limit: pageSize,
      })
      for await (const rows of pages) {
        // The upper bound is inclusive.
        const keys = rows.map((row) => indexKeySchema.parse(row)).filter(({ storedAt }) => storedAt < before)
        if (keys.length > 0) yield keys.map(({ messageId }) => messageId)
      }
    }
  }

  /** @returns the messages stored between two times (both inclusive), oldest first, page by page */
  async *storedBetween(from: string, to: string): AsyncGenerator<PlannedMessage[]> {
    for (const day of daysFrom(dayOf(from), dayOf(to))) {
      const pages = this.table.pages({
        index: 'by-day',
        partition: ['day', day],
        sort: { key: 'storedAt', from, to },
        limit: pageSize,
      })
      for await (const rows of pages) if (rows.length > 0) yield this.#readable(await this.table.rowsOf({ rows }))
    }
  }

  #readable(rows: readonly Row[]): PlannedMessage[] {
    return this.table.readable(rows, planRowSchema).map(plannedOf)
  }
}

export type PlanLedger = Pick<DynamoPlanLedger, keyof DynamoPlanLedger>

const plannedOf = ({ unplanned, plannedFor, ...message }: z.infer<typeof planRowSchema>): PlannedMessage => ({
  message,
  unplanned: unplanned !== undefined,
  ...(plannedFor && { plannedFor }),
})

function* daysFrom(first: string, last: string): Generator<string> {
  for (let day = first; day <= last; day = dayOf(new Date(Date.parse(day) + dayLength).toISOString())) yield day
}
