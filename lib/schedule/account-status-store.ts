import type { AccountStatus, AccountStatusReader } from '../accounts/account-status.ts'
import { bucketOf } from '../tables/tables.ts'

/** Attributes to set; a key that is present with `undefined` is removed. */
export type StatusChange = { readonly [K in keyof Omit<AccountStatus, 'accountId'>]?: AccountStatus[K] | undefined }

/** What fetch and dispatch write of an account. Else only a consent writes here: that its account is due. */
export interface AccountStatusStore extends AccountStatusReader {
  /** Makes a row unless there is one. */
  ensure(accountId: string, initial?: StatusChange): Promise<void>
  /**
   * Changes an existing row; does nothing when the row is gone, so that a run cannot bring a deleted account back.
   * @param unlessRunEndedSince ISO time: does nothing either when the row tells of a run that ended at or after it
   */
  change(accountId: string, change: StatusChange, options?: { readonly unlessRunEndedSince?: string }): Promise<void>
  /**
   * Records `upTo`, at or after `slot`, as taken, unless `slot` or a later one was taken before. False: this tick is stale, or the row is gone.
   */
  takeSlot(accountId: string, slot: string, upTo: string): Promise<boolean>
  /** Ids of accounts that are to be fetched or looked at again at or before `until`, in pages. */
  due(until: string): AsyncIterable<string[]>
  remove(accountId: string): Promise<void>
  /** Up to where account changes have been taken over into the due index. */
  readChangeCursor(): Promise<string | undefined>
  writeChangeCursor(cursor: string): Promise<void>
}

/**
 * The attributes of the due index for an account that is to be fetched. The sort key ends in the account id, so that thousands
 * of accounts due at one instant have an order of their own and no two index rows are alike.
 */
export const dueAt = (accountId: string, nextFetchAt: string): StatusChange => ({
  nextFetchAt,
  dueBucket: dueBucketName(bucketOf(accountId)),
  dueOrder: `${nextFetchAt}#${accountId}`,
})

/**
 * The same for an account that is not to be fetched. It stays in the index, because deleting an account leaves no trace for dispatch: at
 * that time it is looked at again, and the row of one that is gone is removed.
 */
export const lookAgainAt = (accountId: string, time: string): StatusChange => ({
  ...dueAt(accountId, time),
  nextFetchAt: undefined,
})

/** Milliseconds until an account that is not to be fetched is looked at again: one read a day, and no row outlives its account by more. */
export const lookAgainAfter = 24 * 60 * 60_000

export const dueBucketName = (bucket: number): string => `due#${bucket}`

/** Sorts behind every account due at that time: `~` is the last printable ASCII character, and ids have none. */
export const dueOrderEndOf = (until: string): string => `${until}#~`
