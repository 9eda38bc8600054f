import { KMSClient } from '@aws-sdk/client-kms'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { DynamoAccountReader } from '../../lib/accounts/store/dynamo-account-reader.ts'
import { probeMailbox } from '../../lib/mailbox/probe/probe-mailbox.ts'
import { StoredProfiles } from '../../lib/oauth2/accounts/stored-profiles.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import { SecretsManagerPasswordReader } from '../../lib/secrets/secrets-manager-secret-store.ts'
import { openAccessTokens } from '../shared/access-tokens.ts'
import { clientSettings } from '../shared/clients.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { roleSettingsOf } from '../shared/http/role-environment.ts'
import { openLog } from '../shared/logger.ts'
import { networkRulesOf } from '../shared/network-environment.ts'
import { openTables } from '../shared/tables.ts'
import { connectionTestEnvironment } from './environment.ts'
import { connectionTestRoutes } from './routes.ts'

const environment = connectionTestEnvironment()
const tables = openTables({
  accounts: environment.ACCOUNTS_TABLE,
  oauth2: environment.OAUTH2_TABLE,
  oauthGrants: environment.OAUTH_GRANTS_TABLE,
})
const network = networkRulesOf(environment)
const secretsManager = new SecretsManagerClient(clientSettings)

/** In milliseconds. A test ends earlier; the limit applies only if our own code has a defect. */
const longestTest = 20_000

export const handler = httpFunction({
  roles: roleSettingsOf(environment),
  log: openLog('connection-test'),
  routes: connectionTestRoutes({
    accounts: new DynamoAccountReader(tables.accounts),
    secrets: new SecretsManagerPasswordReader(secretsManager, environment.SECRET_NAME_PREFIX),
    profiles: new StoredProfiles(new ProfileStore(tables.oauth2), new ProviderStore(tables.oauth2)),
    tokens: openAccessTokens({ environment, tables, secretsManager, kms: new KMSClient(clientSettings), network }),
    allowClearTextOnLoopback: network.allowClearTextOnLoopback,
    probe: (settings, options) => probeMailbox(settings, network, AbortSignal.timeout(longestTest), options),
  }),
})
