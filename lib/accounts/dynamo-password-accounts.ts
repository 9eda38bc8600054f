import * as z from 'zod'
import type { Row, Table } from '../tables/table.ts'

/** Milliseconds. Whoever has just changed an account to OAuth2 takes its password away himself, and may be changing it back. */
const settledAfter = 24 * 60 * 60 * 1000

const keySchema = z.object({ accountId: z.string() })
const withoutPasswordSchema = z.object({
  credential: z.object({ method: z.literal('oauth2') }),
  changedAt: z.string(),
})

/** The accounts that passwords belong to, for the sweep of those that belong to none. */
export class DynamoPasswordAccounts {
  readonly #table: Table
  readonly #now: () => Date

  constructor(table: Table, now: () => Date) {
    this.#table = table
    this.#now = now
  }

  /** Which of these there are and may log in with a password: also those that cannot be read. */
  async existing(accountIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.#table.getMany(accountIds)
    return new Set(rows.filter((row) => !this.#needsNone(row)).map((row) => keySchema.parse(row).accountId))
  }

  #needsNone(row: Row): boolean {
    const read = withoutPasswordSchema.safeParse(row)
    return read.success && this.#now().getTime() - Date.parse(read.data.changedAt) > settledAfter
  }
}
