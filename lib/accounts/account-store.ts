import type { Account, AccountId, AccountReader } from './account.ts'

/** Where a page of the list ended. */
export interface ListPosition {
  readonly listingKey: string
  readonly accountId: AccountId
}

/** The accounts as the API needs them. */
export interface AccountStore extends AccountReader {
  /** False when the id exists already. */
  create(account: Account): Promise<boolean>
  /** False, and nothing changed, when the stored version is no longer `expectedVersion`. */
  replace(account: Account, expectedVersion: number): Promise<boolean>
  /** False, and nothing deleted, when the stored version is no longer `expectedVersion`. */
  remove(accountId: AccountId, expectedVersion: number): Promise<boolean>
  /** Sorted by host, then username, without case; may lag behind a write for a moment. `next` is absent at the end. */
  page(options: { limit: number; after?: ListPosition }): Promise<{ accounts: Account[]; next?: ListPosition }>
  positionOf(account: Account): ListPosition
  /** Counts until `limit` is reached; may lag behind a write for a moment. */
  count(limit: number): Promise<number>
}

/** The outcome of claiming a mailbox: `undefined` when it is ours, else who has it. */
export interface ClaimHolder {
  readonly accountId: AccountId
  /** ISO 8601. */
  readonly claimedAt: string
}

/** One row per mailbox in use: what makes two accounts on one mailbox impossible without transactions. */
export interface MailboxClaims {
  /** Claims a mailbox that is free, or renews the account's own claim. Resolves to the holder when somebody else has it. */
  claim(claim: MailboxClaim): Promise<ClaimHolder | undefined>
  /** Takes the mailbox from `holder`; false when the claim is no longer the one that was read. */
  takeOver(claim: MailboxClaim, holder: ClaimHolder): Promise<boolean>
  /** Who has these mailboxes; free ones are left out. */
  holdersOf(mailboxes: readonly string[]): Promise<Map<string, ClaimHolder>>
  /** When every account was last seen to hold its mailbox, ISO 8601; undefined if that has not happened yet. */
  checkedAt(): Promise<string | undefined>
  noteChecked(at: string): Promise<void>
  /** Gives up the account's claim, unless it was renewed for a version after `version`. */
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
