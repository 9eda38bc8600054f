import { isDeepStrictEqual } from 'node:util'
import { withoutStamp } from '../changes/versioned-change.ts'
import type { Account } from './account.ts'

/** An account that was just saved. */
export interface SavedAccount {
  readonly account: Account
  /** The account before the change; undefined for a new account. */
  readonly before: Account | undefined
}

/** Whether to fetch an account at once: it is new, valid again, or has changed in a way that may affect fetching. */
export const callsForFetch = ({ before, account }: SavedAccount): boolean =>
  account.validity === 'valid' &&
  (before?.validity !== 'valid' || !isDeepStrictEqual(whatFetchingGoesBy(before), whatFetchingGoesBy(account)))

/**
 * All fields except the comment, which only people read, and the fields that only affect mail that is not fetched yet.
 */
const whatFetchingGoesBy = (account: Account) => {
  const { comment: _comment, trusted: _trusted, dispatching: _dispatching, ...rest } = withoutStamp(account)
  return rest
}
