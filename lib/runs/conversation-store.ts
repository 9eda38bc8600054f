import * as z from 'zod'
import type { Table } from '../tables/table.ts'
import type { Clock } from '../text/clock.ts'
import { type ConversationPart, conversationLineSchema, hoursKept } from './conversation.ts'

/** DynamoDB returns at most 100 rows at once. */
export const partsPerRead = 100

const rowSchema = z.object({
  part: z.string(),
  runId: z.string(),
  number: z.int().min(1),
  lines: z.array(conversationLineSchema),
  /** Epoch seconds. */
  expiresAt: z.int(),
})

/** Stores conversations in DynamoDB with one row per part. */
export class ConversationStore {
  readonly #table: Table
  readonly #now: Clock

  constructor(table: Table, now: Clock = () => new Date()) {
    this.#table = table
    this.#now = now
  }

  async write({ runId, number, lines }: ConversationPart): Promise<void> {
    const expiresAt = Math.floor(this.#now().getTime() / 1000) + hoursKept * 3600
    await this.#table.put({ part: keyOf(runId, number), runId, number, lines, expiresAt })
  }

  /** @returns the parts after `after`, in order, up to the first missing part and at most `partsPerRead` parts */
  async partsAfter(runId: string, after: number): Promise<ConversationPart[]> {
    const keys = Array.from({ length: partsPerRead }, (_, i) => keyOf(runId, after + 1 + i))
    const rows = new Map((await this.#table.getMany(keys)).map((row) => [row.part, rowSchema.parse(row)]))
    const parts: ConversationPart[] = []
    for (const key of keys) {
      const row = rows.get(key)
      // DynamoDB removes expired rows within days, not immediately.
      if (!row || row.expiresAt * 1000 <= this.#now().getTime()) break
      parts.push(row)
    }
    return parts
  }
}

const keyOf = (runId: string, number: number): string => `${runId}#${number}`
