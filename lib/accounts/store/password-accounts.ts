import * as z from 'zod'
import type { Row, Table } from '../../tables/table.ts'
import type { Clock } from '../../text/clock.ts'

/**
 * In milliseconds. A recent change to OAuth2 deletes the password itself, or may be about to be reverted, so the sweep
 * waits.
 */
const settledAfter = 24 * 60 * 60 * 1000

const keySchema = z.object({ accountId: z.string() })
const withoutPasswordSchema = z.object({
  credential: z.object({ method: z.literal('oauth2') }),
  changedAt: z.string(),
})

/** The accounts that passwords belong to. The sweep deletes passwords that belong to no account. */
export class PasswordAccounts {
  readonly #table: Table
  readonly #now: Clock

  constructor(table: Table, now: Clock) {
    this.#table = table
    this.#now = now
  }

  /** @returns which of these accounts exist and may log in with a password, including accounts that cannot be parsed */
  async existing(accountIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.#table.getMany(accountIds)
    return new Set(rows.filter((row) => !this.#needsNone(row)).map((row) => keySchema.parse(row).accountId))
  }

  #needsNone(row: Row): boolean {
    const read = withoutPasswordSchema.safeParse(row)
    return read.success && this.#now().getTime() - Date.parse(read.data.changedAt) > settledAfter
  }
}
