/**
 * Passwords belong to accounts, client secrets to OAuth2 profiles, and signing secrets and the values of webhook
 * headers to destinations.
 */
export type SecretFolder = 'account' | 'profile' | 'destination'

/** Reads the secrets of one kind. */
export interface SecretReader {
  /**
   * @param id of the account, the profile, or a secret of a destination
   * @returns undefined if the secret or that version no longer exists
   */
  read(id: string, version: string): Promise<string | undefined>
}

/** Stores secrets of one kind by id. Every put creates a new version, and no caller reads the latest version. */
export interface SecretStore extends SecretReader {
  /**
   * Creates the secret if it does not exist, and restores it if it is in its recovery window.
   * @returns the VersionId for the row of the owner
   */
  put(id: string, secret: string): Promise<string>
  /** Starts the seven-day recovery window. It is not an error if the secret no longer exists. */
  deleteWithRecovery(id: string): Promise<void>
}

/** The secrets of one kind that this deployment created, for the daily sweep. */
export interface SecretInventory {
  /**
   * Lists the ids of secrets. Secrets in recovery, secrets of other deployments and secrets without a tag,
   * which an older version created, are omitted.
   * @returns the ids in pages
   */
  ownUnchangedSince(time: Date): AsyncIterable<string[]>
}
