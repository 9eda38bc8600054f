import type { CollectorFunction } from './collector-function.ts'
import type { EncryptionKey } from './encryption-key.ts'
import { grantSecretReading } from './secrets.ts'
import type { Tables } from './tables.ts'

export interface TokenStores {
  readonly tables: Tables
  readonly encryptionKey: EncryptionKey
}

/**
 * Lets the function get tokens for logging in to mailboxes, and refresh them: read the profile, ask its provider, write
 * the grant.
 */
export const grantAccessTokens = (fn: CollectorFunction, { tables, encryptionKey }: TokenStores): void => {
  tables.grant(fn, 'oauth2', { rows: ['GetItem'] })
  tables.grant(fn, 'oauthGrants', { rows: ['GetItem', 'UpdateItem'] })
  encryptionKey.grantOpenTokens(fn)
  grantSecretReading(fn, 'profile')
}
