/** An account that logs in by a profile, as people know it. */
export interface AccountOfProfile {
  readonly accountId: string
  readonly host: string
  /** Who consents. */
  readonly username: string
  /** The mailbox that is fetched, where it is another. */
  readonly mailbox?: string | undefined
}

export interface AccountsOfProfile {
  /** At most `limit` of them; may lag behind a write for a moment. */
  accountsOf(profileId: string, limit: number): Promise<AccountOfProfile[]>
}
