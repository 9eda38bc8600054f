import * as z from 'zod'
import { type AccountStatus, accountStatusSchema } from '../accounts/account-status.ts'
import { type OnUnreadable, readableRows } from '../tables/readable-rows.ts'
import type { Row, Table } from '../tables/table.ts'
import { bucketCount } from '../tables/tables.ts'
import { type AccountStatusStore, dueBucketName, dueOrderEndOf, type StatusChange } from './account-status-store.ts'

/** Account IDs never contain `#`, so this key cannot collide with an account's row. */
const cursorKey = '#change-cursor'
/** Prevents an update from recreating a row that was removed with its account. */
const rowExists = 'attribute_exists(#accountId)'

const cursorSchema = z.object({ changedUpTo: z.iso.datetime() })

export class DynamoAccountStatusStore implements AccountStatusStore {
  readonly #table: Table
  readonly #onUnreadable: OnUnreadable | undefined

  constructor(table: Table, { onUnreadable }: { readonly onUnreadable?: OnUnreadable } = {}) {
    this.#table = table
    this.#onUnreadable = onUnreadable
  }

  async read(accountId: string): Promise<AccountStatus | undefined> {
    const row = await this.#table.get(accountId)
    return row && accountStatusSchema.parse(row)
  }

  async readMany(accountIds: readonly string[]): Promise<AccountStatus[]> {
    return readableRows(await this.#table.getMany(accountIds), accountStatusSchema, 'accountId', this.#onUnreadable)
  }

  async ensure(accountId: string, initial: StatusChange = {}): Promise<void> {
    await this.#table.put({ ...initial, accountId }, { text: 'attribute_not_exists(#accountId)' })
  }

  async change(
    accountId: string,
    change: StatusChange,
    { unlessRunEndedSince: since }: { readonly unlessRunEndedSince?: string } = {},
  ): Promise<void> {
    const sets = Object.entries(change).filter(([, value]) => value !== undefined)
    const removed = Object.entries(change).filter(([, value]) => value === undefined)
    const clauses = [
      ...(sets.length > 0 ? [`SET ${sets.map(([name]) => `#${name} = :${name}`).join(', ')}`] : []),
      ...(removed.length > 0 ? [`REMOVE ${removed.map(([name]) => `#${name}`).join(', ')}`] : []),
    ]
    if (clauses.length === 0) return
    const values: Row = Object.fromEntries(sets)
    const condition =
      since === undefined
        ? { text: rowExists }
        : {
            text: `${rowExists} AND (attribute_not_exists(#lastRun.#endedAt) OR #lastRun.#endedAt < :since)`,
            values: { since },
          }
    await this.#table.update(accountId, { text: clauses.join(' '), values }, condition)
  }

  async takeSlot(accountId: string, slot: string, upTo: string): Promise<boolean> {
    return await this.#table.update(
      accountId,
      { text: 'SET #lastSlot = :upTo', values: { upTo } },
      { text: `${rowExists} AND (attribute_not_exists(#lastSlot) OR #lastSlot < :slot)`, values: { slot } },
    )
  }

  async *due(until: string): AsyncGenerator<string[]> {
    for (let bucket = 0; bucket < bucketCount; bucket += 1) {
      const pages = this.#table.pages({
        index: 'due',
        partition: ['dueBucket', dueBucketName(bucket)],
        sort: { key: 'dueOrder', to: dueOrderEndOf(until) },
      })
      for await (const rows of pages) yield rows.map((row) => accountIdSchema.parse(row).accountId)
    }
  }

  async remove(accountId: string): Promise<void> {
    await this.#table.delete(accountId)
  }

  async readChangeCursor(): Promise<string | undefined> {
    const row = await this.#table.get(cursorKey)
    return row && cursorSchema.parse(row).changedUpTo
  }

  async writeChangeCursor(changedUpTo: string): Promise<void> {
    await this.#table.put({ accountId: cursorKey, changedUpTo })
  }
}

const accountIdSchema = z.object({ accountId: z.string() })
