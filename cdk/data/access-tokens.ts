import type { CollectorFunction } from '../collector-function.ts'
import type { EncryptionKey } from '../keys/encryption-key.ts'
import { grantSecretReading } from './secrets.ts'
import type { Tables } from './tables.ts'

export interface TokenStores {
  readonly tables: Tables
  readonly encryptionKey: EncryptionKey
}

/**
 * Lets the function obtain and refresh the tokens for mailbox logins. It can read the profile, call the provider and
 * write the grant.
 */
export const grantAccessTokens = (fn: CollectorFunction, { tables, encryptionKey }: TokenStores): void => {
  tables.grant(fn, 'oauth2', { rows: ['GetItem'] })
  tables.grant(fn, 'oauthGrants', { rows: ['GetItem', 'UpdateItem'] })
  encryptionKey.grantOpenTokens(fn)
  grantSecretReading(fn, 'profile')
}
