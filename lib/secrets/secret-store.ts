/** Keeps one secret per account. A put always makes a new version; nothing reads "the latest". */
export interface SecretStore extends PasswordReader {
  /**
   * Creates the secret when it does not exist, and restores it when it is in recovery. @returns the VersionId for the
   * account's row
   */
  putPassword(accountId: string, password: string): Promise<string>
  /** Starts the seven-day recovery window; a secret that is already gone is not an error. */
  deleteWithRecovery(accountId: string): Promise<void>
}

export interface PasswordReader {
  /** @returns undefined when the secret or that version is gone */
  readPassword(accountId: string, version: string): Promise<string | undefined>
}

/** Keeps one client secret per OAuth2 profile, in the same way. */
export interface ClientSecretStore extends ClientSecretReader {
  /** @returns the VersionId for the profile's row */
  putClientSecret(profileId: string, clientSecret: string): Promise<string>
  deleteWithRecovery(profileId: string): Promise<void>
}

export interface ClientSecretReader {
  /** @returns undefined when the secret or that version is gone */
  readClientSecret(profileId: string, version: string): Promise<string | undefined>
}

/** The secrets of one kind that this deployment created, for the daily sweep. */
export interface SecretInventory {
  /**
   * Leaves out secrets in recovery, those of other deployments and those that carry no tag, which an older version
   * created.
   * @returns ids of accounts (or profiles) in pages
   */
  ownUnchangedSince(time: Date): AsyncIterable<string[]>
}
