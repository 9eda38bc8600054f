/** Stores one secret per account. Every put creates a new version, and no caller reads the latest version. */
export interface SecretStore extends PasswordReader {
  /**
   * Creates the secret if it does not exist, and restores it if it is in its recovery window.
   * @returns the VersionId for the account's row
   */
  putPassword(accountId: string, password: string): Promise<string>
  /** Starts the seven-day recovery window. It is not an error if the secret no longer exists. */
  deleteWithRecovery(accountId: string): Promise<void>
}

export interface PasswordReader {
  /** @returns undefined if the secret or that version no longer exists */
  readPassword(accountId: string, version: string): Promise<string | undefined>
}

/** Stores one client secret per OAuth2 profile in the same way. */
export interface ClientSecretStore extends ClientSecretReader {
  /** @returns the VersionId for the profile's row */
  putClientSecret(profileId: string, clientSecret: string): Promise<string>
  deleteWithRecovery(profileId: string): Promise<void>
}

export interface ClientSecretReader {
  /** @returns undefined if the secret or that version no longer exists */
  readClientSecret(profileId: string, version: string): Promise<string | undefined>
}

/** Passwords belong to accounts, client secrets to OAuth2 profiles. */
export type SecretFolder = 'account' | 'profile'

/** The secrets of one kind that this deployment created, for the daily sweep. */
export interface SecretInventory {
  /**
   * Lists ids of accounts or profiles. Secrets in recovery, secrets of other deployments and secrets without a tag,
   * which an older version created, are omitted.
   * @returns the ids in pages
   */
  ownUnchangedSince(time: Date): AsyncIterable<string[]>
}
