import type { CollectorFunction } from './collector-function.ts'
import { grantSecretReading } from './secrets.ts'
import type { Tables } from './tables.ts'
import type { TokenKey } from './token-key.ts'

export interface TokenStores {
  readonly tables: Tables
  readonly tokenKey: TokenKey
}

/** Lets the function get tokens to log in to mailboxes with, and refresh them: read the profile, ask its provider, write the grant. */
export const grantAccessTokens = (fn: CollectorFunction, { tables, tokenKey }: TokenStores): void => {
  tables.grant(fn, 'oauth2', { rows: ['GetItem'] })
  tables.grant(fn, 'oauthGrants', { rows: ['GetItem', 'UpdateItem'] })
  tokenKey.grantRead(fn)
  grantSecretReading(fn, 'profile')
}
