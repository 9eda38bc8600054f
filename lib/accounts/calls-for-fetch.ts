import { isDeepStrictEqual } from 'node:util'
import { withoutStamp } from '../requests/versioned.ts'
import type { Account } from './account.ts'

/** An account that was just saved. */
export interface SavedAccount {
  readonly account: Account
  /** The account before; undefined for a new one. */
  readonly before: Account | undefined
}

/** Whether an account is to be fetched at once: it is new, valid again, or its mail may be fetched differently from now on. */
export const callsForFetch = ({ before, account }: SavedAccount): boolean =>
  account.validity === 'valid' &&
  (before?.validity !== 'valid' || !isDeepStrictEqual(whatFetchingGoesBy(before), whatFetchingGoesBy(account)))

/** Everything but what only people read, and what only decides about mail that is still to come. */
const whatFetchingGoesBy = (account: Account) => {
  const { version: _version, comment: _comment, trusted: _trusted, dispatching: _dispatching, ...rest } = account
  return withoutStamp(rest)
}
