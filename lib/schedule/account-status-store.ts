import type { AccountStatus, AccountStatusReader } from '../accounts/account-status.ts'
import { bucketOf } from '../tables/tables.ts'

/** Attributes to set; a key that is present with `undefined` is removed. */
export type StatusChange = { readonly [K in keyof Omit<AccountStatus, 'accountId'>]?: AccountStatus[K] | undefined }

/** What fetch and dispatch write of an account. Nothing else writes here. */
export interface AccountStatusStore extends AccountStatusReader {
  /** Makes a row unless there is one. */
  ensure(accountId: string, initial?: StatusChange): Promise<void>
  /**
   * Changes an existing row; does nothing when the row is gone, so that a run cannot bring a deleted account back.
   * @param unlessRunEndedSince ISO time: does nothing either when the row tells of a run that ended at or after it
   */
  change(accountId: string, change: StatusChange, options?: { readonly unlessRunEndedSince?: string }): Promise<void>
  /** Records the slot unless it or a later one was taken before. False: this tick is stale. */
  takeSlot(accountId: string, slot: string): Promise<boolean>
  /** Ids of accounts whose next fetch is at or before `until`, in pages. */
  due(until: string): AsyncIterable<string[]>
  remove(accountId: string): Promise<void>
  /** Up to where account changes have been taken over into the due index. */
  readChangeCursor(): Promise<string | undefined>
  writeChangeCursor(cursor: string): Promise<void>
}

/**
 * The attributes of the due index; `undefined` takes the account out of it. The sort key ends in the account id, so that thousands
 * of accounts due at one instant have an order of their own and no two index rows are alike.
 */
export const dueAt = (accountId: string, nextFetchAt: string | undefined): StatusChange => ({
  nextFetchAt,
  dueBucket: nextFetchAt === undefined ? undefined : dueBucketName(bucketOf(accountId)),
  dueOrder: nextFetchAt === undefined ? undefined : `${nextFetchAt}#${accountId}`,
})

export const dueBucketName = (bucket: number): string => `due#${bucket}`

/** Sorts behind every account due at that time: `~` is the last printable ASCII character, and ids have none. */
export const dueOrderEndOf = (until: string): string => `${until}#~`
