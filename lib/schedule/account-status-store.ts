import type { AccountStatus, AccountStatusReader } from '../accounts/account-status.ts'
import { bucketOf } from '../tables/tables.ts'

/** Attributes to set. A key with the value `undefined` is removed. */
export type StatusChange = { readonly [K in keyof Omit<AccountStatus, 'accountId'>]?: AccountStatus[K] | undefined }

/**
 * Stores what the fetch and dispatch functions record about an account. The only other writer is the consent callback,
 * which marks its account as due.
 */
export interface AccountStatusStore extends AccountStatusReader {
  /** Creates a row unless there is one. */
  ensure(accountId: string, initial?: StatusChange): Promise<void>
  /**
   * Changes an existing row. Does nothing if the row is gone, so that a run cannot recreate a deleted account's row.
   *
   * @param options `unlessRunEndedSince` is an ISO time. The row stays unchanged if its last run ended at or after it.
   */
  change(accountId: string, change: StatusChange, options?: { readonly unlessRunEndedSince?: string }): Promise<void>
  /**
   * Records all slots up to `upTo`, which is not before `slot`, as taken.
   *
   * @returns false if `slot` or a later slot was already taken, so that this tick is stale, or if the row is gone
   */
  takeSlot(accountId: string, slot: string, upTo: string): Promise<boolean>
  /** Yields pages of the IDs of accounts to fetch or to check again at or before `until`. */
  due(until: string): AsyncIterable<string[]>
  remove(accountId: string): Promise<void>
  /** @returns the time up to which account changes have been applied to the due index */
  readChangeCursor(): Promise<string | undefined>
  writeChangeCursor(cursor: string): Promise<void>
}

/**
 * Returns the due index's attributes for an account to be fetched. The sort key ends with the account ID, so that
 * thousands of accounts due at the same time have a stable order and unique index rows.
 */
export const dueAt = (accountId: string, nextFetchAt: string): StatusChange => ({
  nextFetchAt,
  dueBucket: dueBucketName(bucketOf(accountId)),
  dueOrder: `${nextFetchAt}#${accountId}`,
})

/**
 * Returns the same for an account that must not be fetched. It stays in the index, because the dispatch function cannot
 * see that an account was deleted. The account is checked again at `time`, and the row of a deleted account is removed.
 */
export const lookAgainAt = (accountId: string, time: string): StatusChange => ({
  ...dueAt(accountId, time),
  nextFetchAt: undefined,
})

/**
 * Milliseconds until an account that must not be fetched is checked again. This costs one read a day, and no row
 * outlives its account by more than a day.
 */
export const lookAgainAfter = 24 * 60 * 60_000

export const dueBucketName = (bucket: number): string => `due#${bucket}`

/** Sorts after every account due at that time. `~` is the last printable ASCII character, and no ID contains it. */
export const dueOrderEndOf = (until: string): string => `${until}#~`
