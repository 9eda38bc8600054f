/** Keeps one secret per account. A put always makes a new version; nothing reads "the latest". */
export interface SecretStore {
  /** Returns the VersionId to be written in the account's row. Creates the secret when it does not exist, restores it when it is in recovery. */
  putPassword(accountId: string, password: string): Promise<string>
  /** `undefined` when the secret or that version is gone. */
  readPassword(accountId: string, version: string): Promise<string | undefined>
  /** Starts the seven-day recovery window; a secret that is already gone is not an error. */
  deleteWithRecovery(accountId: string): Promise<void>
}

/** Keeps one client secret per OAuth2 profile, in the same way. */
export interface ClientSecretStore extends ClientSecretReader {
  /** Returns the VersionId to be written in the profile's row. */
  putClientSecret(profileId: string, clientSecret: string): Promise<string>
  deleteWithRecovery(profileId: string): Promise<void>
}

export interface ClientSecretReader {
  /** `undefined` when the secret or that version is gone. */
  readClientSecret(profileId: string, version: string): Promise<string | undefined>
}

/** Who has secrets of one kind; for the daily sweep. */
export interface SecretInventory {
  /** Ids of the accounts (or profiles) whose secrets were created before `time`, in pages; those in recovery are left out. */
  createdBefore(time: Date): AsyncIterable<string[]>
}
