import * as z from 'zod'
import { dayLength, pageOfWalk } from '../../tables/list-by-time.ts'
import { attributesOf } from '../../tables/row-format.ts'
import type { Row } from '../../tables/table.ts'
import { TableStore } from '../../tables/table-store.ts'
import { type UnstoredMessage, unstoredMessageSchema } from './unstored-message.ts'

/** Where a list continues: after the last message examined. */
export const unstoredCursorSchema = z.strictObject({
  firstAt: z.iso.datetime(),
  messageId: z.string().min(1).max(64),
})
export type UnstoredCursor = z.infer<typeof unstoredCursorSchema>

/**
 * The last sight of a message after which its row expires. A message that is no longer listed may still be on the
 * server: an account that keeps its mail lists only new messages.
 */
const daysKept = 90
/** A page of the list needs few queries, because only rows that just changed are left out. */
const queriesPerCall = 10
/** Beyond this number, only the fact matters. */
const mostCounted = 1_000

const cursorOf = ({ firstAt, messageId }: Row): UnstoredCursor => unstoredCursorSchema.parse({ firstAt, messageId })

/** The messages that stay on their mail servers, because no run can store them. */
export class UnstoredMessages extends TableStore {
  async read(messageId: string): Promise<UnstoredMessage | undefined> {
    const row = await this.table.get(messageId)
    return row && unstoredMessageSchema.parse(row)
  }

  /** @returns the rows of an account, oldest first. The index may lag briefly behind the rows. */
  async ofAccount(accountId: string, limit: number): Promise<UnstoredMessage[]> {
    const { rows } = await this.table.query({ index: 'by-account', partition: ['accountId', accountId], limit })
    return this.table.readable(rows, unstoredMessageSchema)
  }

  /** @returns false if the message has a row */
  async create(message: UnstoredMessage): Promise<boolean> {
    return await this.table.put(rowOf(message), { text: 'attribute_not_exists(#messageId)' })
  }

  /** @returns false if the row has changed since it was read */
  async replace(read: UnstoredMessage, next: Omit<UnstoredMessage, 'revision'>): Promise<boolean> {
    const revision = read.revision + 1
    return await this.table.replace(rowOf({ ...next, revision }), attributesOf(unstoredMessageSchema), {
      text: '#revision = :expected',
      values: { expected: read.revision },
    })
  }

  async remove(messageId: string): Promise<void> {
    await this.table.delete(messageId)
  }

  /** @returns the number of messages about which a person must decide, at most 1,000 */
  async countOpen(): Promise<number> {
    const { rows } = await this.table.query({ index: 'open', partition: ['open', 'open'], limit: mostCounted })
    return rows.length
  }

  /**
   * Lists the messages about which a person must decide, newest first.
   * @throws ProblemError `invalid-request` for a foreign cursor
   */
  async listOpen(
    limit: number,
    after: UnstoredCursor | undefined,
    now: Date,
  ): Promise<{ messages: UnstoredMessage[]; next?: UnstoredCursor }> {
    // The clocks of two functions may differ, but not by a day.
    const to = new Date(now.getTime() + dayLength).toISOString()
    const partitionOf = () => ['open', 'open'] as const
    const { items, next } = await pageOfWalk(
      this.table,
      { index: 'open', byDay: false, partitionOf, from: earliest, to },
      {
        ...{ time: 'firstAt', id: 'messageId', keySchema: z.object({ firstAt: z.string(), messageId: z.string() }) },
        ...{ queriesPerCall, limit, cursor: after && { after } },
        read: async (ids) => {
          const found = this.table.readable(await this.table.getMany(ids), unstoredMessageSchema)
          return new Map(found.map((message) => [message.messageId, message]))
        },
        passes: ({ state }) => state === 'quarantined',
      },
    )
    return { messages: items, ...(next?.after && { next: cursorOf(next.after) }) }
  }
}

/** No message was skipped before this time. */
const earliest = '2025-01-01T00:00:00.000Z'

const rowOf = (message: UnstoredMessage): Row => ({
  ...message,
  ...(message.state === 'quarantined' && { open: 'open' }),
  expiresAt: Math.floor(Date.parse(message.lastAt) / 1000) + daysKept * 86_400,
})
