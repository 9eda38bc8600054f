import type { AccountType } from '../../accounts/account-type.ts'

/** An account that logs in by a profile, as people know it. */
export interface AccountOfProfile {
  readonly accountId: string
  readonly type: AccountType
  readonly host: string
  /** Who consents. */
  readonly username: string
  /** The mailbox that is fetched, where it is another. */
  readonly mailbox?: string | undefined
}

/** May lag behind a write for a moment. */
export interface AccountsOfProfile {
  /** At most `limit` of them. */
  accountsOf(profileId: string, limit: number): Promise<AccountOfProfile[]>
  /** How many there are, and the ids of the first `limit`. */
  countOf(profileId: string, limit: number): Promise<{ count: number; accountIds: string[] }>
}
