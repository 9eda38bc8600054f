import { KMSClient } from '@aws-sdk/client-kms'
import type { NetworkPolicy } from '../../lib/network/addresses.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import type { AccessTokens } from '../../lib/oauth2/tokens/access-tokens.ts'
import { GrantStore } from '../../lib/oauth2/tokens/grant-store.ts'
import { SingleFlightTokens } from '../../lib/oauth2/tokens/single-flight-tokens.ts'
import { TokenCipher } from '../../lib/oauth2/tokens/token-cipher.ts'
import { KmsDataKeys } from '../../lib/secrets/kms-data-keys.ts'
import type { Table } from '../../lib/tables/table.ts'
import { readEnvironment } from '../environment.ts'
import { clientSettings } from './clients.ts'
import { openClientSecretReader } from './secrets.ts'

/** Opens the access tokens for a function that logs in to mailboxes. */
export const openAccessTokens = (
  tables: { readonly oauth2: Table; readonly oauthGrants: Table },
  network: NetworkPolicy,
): AccessTokens =>
  new SingleFlightTokens({
    profiles: new ProfileStore(tables.oauth2),
    providers: new ProviderStore(tables.oauth2),
    secrets: openClientSecretReader(),
    grants: new GrantStore(tables.oauthGrants),
    cipher: openTokenCipher(),
    servers: async () => {
      const { AuthorizationServers } = await import('../../lib/oauth2/authorization/authorization-servers.ts')
      return new AuthorizationServers(network)
    },
    now: () => new Date(),
  })

export const openTokenCipher = (): TokenCipher =>
  new TokenCipher(
    new KmsDataKeys(new KMSClient(clientSettings), readEnvironment(['ENCRYPTION_KEY_ARN']).ENCRYPTION_KEY_ARN),
  )
