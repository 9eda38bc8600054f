import type { AccountType } from '../../mailbox/account-type.ts'

/** An account that uses a profile, with the fields that identify it to people. */
export interface AccountOfProfile {
  readonly accountId: string
  readonly type: AccountType
  readonly host: string
  /** The person who consents. */
  readonly username: string
  /** The mailbox that is fetched, if it is not the user's own. */
  readonly mailbox?: string | undefined
}

/** Lookups of a profile's accounts. They may lag briefly behind a write. */
export interface AccountsOfProfile {
  /** @returns at most `limit` accounts */
  accountsOf(profileId: string, limit: number): Promise<AccountOfProfile[]>
  /** @returns the number of accounts, and the ids of the first `limit` */
  countOf(profileId: string, limit: number): Promise<{ count: number; accountIds: string[] }>
}
