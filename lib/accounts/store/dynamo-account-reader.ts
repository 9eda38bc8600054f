import * as z from 'zod'
import { type OnUnreadable, readableRows } from '../../tables/readable-rows.ts'
import type { Row, Table } from '../../tables/table.ts'
import { type Account, type AccountId, type AccountReader, accountSchema } from '../account.ts'

/**
 * The partition of both listing indexes. One partition is enough for all accounts: 10,000 of them take about 10 MB, and
 * a partition allows 1,000 writes per second.
 */
export const listing = 'account'

const keysSchema = z.object({ accountId: z.string() })

export class DynamoAccountReader implements AccountReader {
  readonly #table: Table
  readonly #onUnreadable: OnUnreadable | undefined

  constructor(table: Table, { onUnreadable }: { readonly onUnreadable?: OnUnreadable } = {}) {
    this.#table = table
    this.#onUnreadable = onUnreadable
  }

  async read(accountId: AccountId): Promise<Account | undefined> {
    const row = await this.#table.get(accountId)
    return row && accountSchema.parse(row)
  }

  async readMany(accountIds: readonly AccountId[]): Promise<Account[]> {
    return this.readable(await this.#table.getMany(accountIds))
  }

  async existing(accountIds: readonly AccountId[]): Promise<Set<AccountId>> {
    return new Set((await this.#table.getMany(accountIds)).map((row) => keysSchema.parse(row).accountId))
  }

  async *changedSince(since: string): AsyncGenerator<AccountId[]> {
    const sort = { key: 'changedAt', from: since }
    for await (const rows of this.#table.pages({ index: 'by-change', partition: ['listing', listing], sort }))
      yield rows.map((row) => keysSchema.parse(row).accountId)
  }

  protected readable(rows: readonly Row[]): Account[] {
    return readableRows(rows, accountSchema, 'accountId', this.#onUnreadable)
  }
}
