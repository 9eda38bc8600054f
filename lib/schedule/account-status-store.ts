import * as z from 'zod'
import {
  type AccountStatus,
  type AccountStatusReader,
  accountStatusSchema,
  type Resume,
} from '../accounts/account-status.ts'
import { bucketCount, bucketOf, changeOf } from '../tables/items.ts'
import { TableStore } from '../tables/table-store.ts'

/** Fields to set. A key with the value `undefined` is removed. */
type Change<T> = { readonly [K in keyof T]?: T[K] | undefined }
export type ResumeChange = Change<Resume>
export type StatusChange = Change<Omit<AccountStatus, 'accountId' | 'resume'>> & { readonly resume?: ResumeChange }

/** Account IDs never contain `#`, so this key cannot collide with an account's row. */
const cursorKey = '#change-cursor'
/** Prevents an update from recreating a row that was removed with its account. */
const rowExists = 'attribute_exists(#accountId)'

const cursorSchema = z.object({ changedUpTo: z.iso.datetime() })
const accountIdSchema = z.object({ accountId: z.string() })

/**
 * Stores what the fetch and dispatch functions record about an account. The only other writer is the consent callback,
 * which marks its account as due.
 *
 * These functions write concurrently. Each write therefore names every field that it changes, including those within
 * `resume`, and leaves all others as they are. DynamoDB refuses a path whose parent is missing, so every row is created
 * with a `resume`, and nothing removes it. A row that an earlier version wrote without one gets it on its first change.
 */
export class AccountStatusStore extends TableStore implements AccountStatusReader {
  async read(accountId: string): Promise<AccountStatus | undefined> {
    const row = await this.table.get(accountId)
    return row && accountStatusSchema.parse(row)
  }

  async readMany(accountIds: readonly string[]): Promise<AccountStatus[]> {
    return this.table.readable(await this.table.getMany(accountIds), accountStatusSchema)
  }

  /** Creates a row unless there is one. */
  async ensure(accountId: string, initial: StatusChange = {}): Promise<void> {
    await this.table.put({ resume: {}, ...initial, accountId }, { text: 'attribute_not_exists(#accountId)' })
  }

  /**
   * Changes an existing row. Does nothing if the row is gone, so that a run cannot recreate a deleted account's row.
   *
   * @param options `unlessRunEndedSince` is an ISO time. The row stays unchanged if its last run ended at or after it.
   */
  async change(
    accountId: string,
    { resume = {}, ...status }: StatusChange,
    { unlessRunEndedSince: since }: { readonly unlessRunEndedSince?: string } = {},
  ): Promise<void> {
    const unstable = 'uidls' in resume && { unstableUidls: resume.uidls === 'unstable' || undefined }
    const members = Object.entries(resume).map(([name, value]) => [`resume.${name}`, value])
    const change = changeOf({ ...status, ...unstable, ...Object.fromEntries(members) })
    if (change.text === '') return
    const nested = members.length > 0
    const exists = nested ? 'attribute_exists(#resume)' : rowExists
    const condition =
      since === undefined
        ? { text: exists }
        : {
            text: `${exists} AND (attribute_not_exists(#lastRun.#endedAt) OR #lastRun.#endedAt < :since)`,
            values: { since },
          }
    const update = async () => await this.table.update(accountId, change, condition)
    if ((await update()) || !nested) return
    // An earlier version wrote rows without `resume`. It is added once. A concurrent change may have added it.
    const withoutResume = { text: `${rowExists} AND attribute_not_exists(#resume)` }
    await this.table.update(accountId, { text: 'SET #resume = :empty', values: { empty: {} } }, withoutResume)
    await update()
  }

  /**
   * Reads the statuses of accounts that are not failing, in a range of ids, from an index without `resume`. New accounts
   * and rows that an earlier version wrote are missing until their next run.
   */
  async listed(fromId: string, toId: string): Promise<AccountStatus[]> {
    const found: AccountStatus[] = []
    const sort = { key: 'listedOrder', from: fromId, to: toId }
    for await (const rows of this.table.pages({ index: 'listed', partition: ['listedAs', 'other'], sort }))
      found.push(...this.table.readable(rows, accountStatusSchema))
    return found
  }

  /** Yields pages of the statuses of accounts whose latest run failed, the longest failing first, without `resume`. */
  async *failing(limit?: number): AsyncGenerator<AccountStatus[]> {
    const query = {
      index: 'listed',
      partition: ['listedAs', 'failing'] as const,
      ...(limit !== undefined && { limit }),
    }
    for await (const rows of this.table.pages(query)) yield this.table.readable(rows, accountStatusSchema)
  }

  /**
   * Yields pages of the IDs of accounts to fetch or to check again at or before `until`. Accounts that are fetched later,
   * at their `nextFetchAt`, can be among them.
   */
  async *due(until: string): AsyncGenerator<string[]> {
    for (let bucket = 0; bucket < bucketCount; bucket += 1) {
      const pages = this.table.pages({
        index: 'due',
        partition: ['dueBucket', dueBucketName(bucket)],
        sort: { key: 'dueOrder', to: dueOrderEndOf(until) },
      })
      for await (const rows of pages) yield rows.map((row) => accountIdSchema.parse(row).accountId)
    }
  }

  async remove(accountId: string): Promise<void> {
    await this.table.delete(accountId)
  }

  /** @returns the time up to which account changes have been applied to the due index */
  async readChangeCursor(): Promise<string | undefined> {
    const row = await this.table.get(cursorKey)
    return row && cursorSchema.parse(row).changedUpTo
  }

  async writeChangeCursor(changedUpTo: string): Promise<void> {
    await this.table.put({ accountId: cursorKey, changedUpTo })
  }
}

/**
 * Returns the due index's attributes for an account to be fetched. The sort key ends with the account ID, so that
 * thousands of accounts due at the same time have a stable order and unique index rows.
 *
 * @param before the status so far. An entry of the index that is early enough stays as it is, because moving it at every
 *   run would cost more than the rest of the status. `nextFetchAt` decides when the account is fetched.
 */
export const dueAt = (accountId: string, nextFetchAt: string, before?: AccountStatus): StatusChange => {
  const dueOrder = `${nextFetchAt}#${accountId}`
  if (before?.dueOrder !== undefined && isScheduled(before) && before.dueOrder <= dueOrder) return { nextFetchAt }
  return { nextFetchAt, dueBucket: dueBucketName(bucketOf(accountId)), dueOrder }
}

/**
 * False if the account is not to be fetched, or if the index does not show it in time. The latter happens if a run ended
 * after the account was switched off during that run.
 */
export const isScheduled = ({ accountId, nextFetchAt, dueOrder }: AccountStatus): boolean =>
  nextFetchAt !== undefined && dueOrder !== undefined && dueOrder <= `${nextFetchAt}#${accountId}`

/**
 * Returns the same for an account that must not be fetched. It stays in the index, because the dispatch function cannot
 * see that an account was deleted. The account is checked again at `time`, and the row of a deleted account is removed.
 */
export const checkAgainAt = (accountId: string, time: string): StatusChange => ({
  ...dueAt(accountId, time),
  nextFetchAt: undefined,
})

/**
 * Milliseconds until an account that must not be fetched is checked again. This costs one read a day, and no row
 * outlives its account by more than a day.
 */
export const checkAgainAfter = 24 * 60 * 60_000

const dueBucketName = (bucket: number): string => `due#${bucket}`

/** Sorts after every account due at that time. `~` is the last printable ASCII character, and no ID contains it. */
export const dueOrderEndOf = (until: string): string => `${until}#~`
