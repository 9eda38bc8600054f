import type { KMSClient } from '@aws-sdk/client-kms'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as z from 'zod'
import type { EndpointRules } from '../../lib/oauth2/authorization/endpoint.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import type { AccessTokens } from '../../lib/oauth2/tokens/access-tokens.ts'
import { DynamoGrantStore } from '../../lib/oauth2/tokens/dynamo-grant-store.ts'
import { SingleFlightTokens } from '../../lib/oauth2/tokens/single-flight-tokens.ts'
import { TokenCipher } from '../../lib/oauth2/tokens/token-cipher.ts'
import { KmsDataKeys } from '../../lib/secrets/kms-data-keys.ts'
import { SecretsManagerClientSecretReader } from '../../lib/secrets/secrets-manager-secret-store.ts'
import type { Table } from '../../lib/tables/table.ts'
import { requiredText } from './parse-environment.ts'

/** The environment of a function that gets access tokens for logins. Spread `.shape` into the function's own schema. */
export const accessTokensEnvironmentSchema = z.object({
  OAUTH2_TABLE: requiredText,
  OAUTH_GRANTS_TABLE: requiredText,
  SECRET_NAME_PREFIX: requiredText,
  ENCRYPTION_KEY_ARN: requiredText,
})

export interface AccessTokensSettings {
  readonly environment: Pick<
    z.output<typeof accessTokensEnvironmentSchema>,
    'SECRET_NAME_PREFIX' | 'ENCRYPTION_KEY_ARN'
  >
  readonly tables: { readonly oauth2: Table; readonly oauthGrants: Table }
  readonly secretsManager: SecretsManagerClient
  readonly kms: KMSClient
  readonly network: EndpointRules
}

export const openAccessTokens = ({
  environment,
  tables,
  secretsManager,
  kms,
  network,
}: AccessTokensSettings): AccessTokens =>
  new SingleFlightTokens({
    profiles: new ProfileStore(tables.oauth2),
    providers: new ProviderStore(tables.oauth2),
    secrets: new SecretsManagerClientSecretReader(secretsManager, environment.SECRET_NAME_PREFIX),
    grants: new DynamoGrantStore(tables.oauthGrants),
    cipher: openTokenCipher(kms, environment.ENCRYPTION_KEY_ARN),
    servers: async () => {
      const { SimpleOAuth2Servers } = await import('../../lib/oauth2/authorization/simple-oauth2-servers.ts')
      return new SimpleOAuth2Servers(network)
    },
    now: Date.now,
  })

export const openTokenCipher = (client: KMSClient, encryptionKeyArn: string): TokenCipher =>
  new TokenCipher(new KmsDataKeys(client, encryptionKeyArn))
