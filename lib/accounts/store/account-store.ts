import type { Account, AccountId, AccountReader } from '../account.ts'

/** The end of a page of the list. */
export interface ListPosition {
  readonly listingKey: string
  readonly accountId: AccountId
}

/** The store of accounts for the API. */
export interface AccountStore extends AccountReader {
  /** @returns false if the id already exists */
  create(account: Account): Promise<boolean>
  /** @returns false, without a change, if the stored version is no longer `expectedVersion` */
  replace(account: Account, expectedVersion: number): Promise<boolean>
  /** @returns false, without a deletion, if the stored version is no longer `expectedVersion` */
  remove(accountId: AccountId, expectedVersion: number): Promise<boolean>
  /** Sorted by host, then by username without case. Eventually consistent. `next` is absent at the end. */
  page(options: { limit: number; after?: ListPosition }): Promise<{ accounts: Account[]; next?: ListPosition }>
  positionOf(account: Account): ListPosition
  /** Counts up to `limit`. Eventually consistent. */
  count(limit: number): Promise<number>
}

/** The account that holds a mailbox. */
export interface ClaimHolder {
  readonly accountId: AccountId
  /** ISO 8601. */
  readonly claimedAt: string
}

/** One row for each mailbox in use. The rows prevent two accounts from sharing a mailbox, without transactions. */
export interface MailboxClaims {
  /** Claims a free mailbox or renews the account's claim. @returns the holder if another account has the mailbox */
  claim(claim: MailboxClaim): Promise<ClaimHolder | undefined>
  /** Takes the mailbox from `holder`. @returns false if the claim has changed since it was read */
  takeOver(claim: MailboxClaim, holder: ClaimHolder): Promise<boolean>
  /** @returns the holders of these mailboxes, without the free ones */
  holdersOf(mailboxes: readonly string[]): Promise<Map<string, ClaimHolder>>
  /** @returns when the last check found that every account holds its mailbox (ISO 8601); undefined before that */
  checkedAt(): Promise<string | undefined>
  noteChecked(at: string): Promise<void>
  /** Deletes the account's claim, unless it was renewed for a version later than `version`. */
  release(claim: Pick<MailboxClaim, 'mailbox' | 'accountId' | 'version'>): Promise<void>
}

export interface MailboxClaim {
  /** See mailboxKeyOf. */
  readonly mailbox: string
  readonly accountId: AccountId
  /** The version of the account for which the mailbox is claimed. */
  readonly version: number
  /** ISO 8601. */
  readonly claimedAt: string
}
