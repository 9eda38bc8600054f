import { KMSClient } from '@aws-sdk/client-kms'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { DynamoAccountReader } from '../../lib/accounts/store/dynamo-account-reader.ts'
import { SimpleOAuth2Servers } from '../../lib/oauth2/authorization/simple-oauth2-servers.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import { DynamoGrantStore } from '../../lib/oauth2/tokens/dynamo-grant-store.ts'
import { revokeGrant } from '../../lib/oauth2/tokens/revoke-grant.ts'
import { SecretsManagerClientSecretReader } from '../../lib/secrets/secrets-manager-secret-store.ts'
import { openTokenCipher } from '../shared/access-tokens.ts'
import { backgroundFunction } from '../shared/background-function.ts'
import { clientSettings } from '../shared/clients.ts'
import { openLog } from '../shared/logger.ts'
import { openMetrics } from '../shared/metrics.ts'
import { networkRulesOf } from '../shared/network-environment.ts'
import { openTables } from '../shared/tables.ts'
import { reportUnreadable } from '../shared/unreadable-rows.ts'
import { endGrantsEnvironment } from './environment.ts'
import { endGrantsHandler } from './handler.ts'

const environment = endGrantsEnvironment()
const tables = openTables({
  accounts: environment.ACCOUNTS_TABLE,
  oauth2: environment.OAUTH2_TABLE,
  oauthGrants: environment.OAUTH_GRANTS_TABLE,
})
const log = openLog('end-grants')
const profiles = new ProfileStore(tables.oauth2, reportUnreadable(log, 'oauth2'))

export const handler = backgroundFunction(
  log,
  endGrantsHandler({
    log,
    metrics: openMetrics('end-grants'),
    services: {
      grants: new DynamoGrantStore(tables.oauthGrants, reportUnreadable(log, 'oauthGrants')),
      accounts: new DynamoAccountReader(tables.accounts, reportUnreadable(log, 'accounts')),
      profiles,
      revoke: revokeGrant({
        profiles,
        providers: new ProviderStore(tables.oauth2),
        secrets: new SecretsManagerClientSecretReader(
          new SecretsManagerClient(clientSettings),
          environment.SECRET_NAME_PREFIX,
        ),
        cipher: openTokenCipher(new KMSClient(clientSettings), environment.ENCRYPTION_KEY_ARN),
        servers: new SimpleOAuth2Servers(networkRulesOf(environment)),
      }),
      now: () => new Date(),
    },
  }),
)
