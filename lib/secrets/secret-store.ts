/** Passwords belong to accounts, client secrets to OAuth2 profiles. */
export type SecretFolder = 'account' | 'profile'

/** Reads the passwords of accounts, or the client secrets of OAuth2 profiles. */
export interface SecretReader {
  /**
   * @param id of the account or profile
   * @returns undefined if the secret or that version no longer exists
   */
  read(id: string, version: string): Promise<string | undefined>
}

/** Stores one secret per account or profile. Every put creates a new version, and no caller reads the latest version. */
export interface SecretStore extends SecretReader {
  /**
   * Creates the secret if it does not exist, and restores it if it is in its recovery window.
   * @returns the VersionId for the row of the account or profile
   */
  put(id: string, secret: string): Promise<string>
  /** Starts the seven-day recovery window. It is not an error if the secret no longer exists. */
  deleteWithRecovery(id: string): Promise<void>
}

/** The secrets of one kind that this deployment created, for the daily sweep. */
export interface SecretInventory {
  /**
   * Lists ids of accounts or profiles. Secrets in recovery, secrets of other deployments and secrets without a tag,
   * which an older version created, are omitted.
   * @returns the ids in pages
   */
  ownUnchangedSince(time: Date): AsyncIterable<string[]>
}
