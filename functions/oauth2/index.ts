import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { ulid } from 'ulid'
import { redirectUriOf } from '../../lib/oauth2/consent/addresses.ts'
import { AccountsOfProfile } from '../../lib/oauth2/profiles/accounts-of-profile.ts'
import type { ProfileServices } from '../../lib/oauth2/profiles/profile-services.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import type { ProviderServices } from '../../lib/oauth2/providers/provider-services.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import { DynamoGrantStore } from '../../lib/oauth2/tokens/dynamo-grant-store.ts'
import { SecretsManagerClientSecretStore } from '../../lib/secrets/secrets-manager-secret-store.ts'
import { openAuditTrail } from '../shared/audit-trail.ts'
import { clientSettings } from '../shared/clients.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { roleSettingsOf } from '../shared/http/role-environment.ts'
import { openLog } from '../shared/logger.ts'
import { openTables } from '../shared/tables.ts'
import { reportUnreadable } from '../shared/unreadable-rows.ts'
import { oauth2Environment } from './environment.ts'
import { profileRoutes } from './profile-routes.ts'
import { providerRoutes } from './provider-routes.ts'

const environment = oauth2Environment()
const log = openLog('oauth2')
const tables = openTables({
  accounts: environment.ACCOUNTS_TABLE,
  audit: environment.AUDIT_TABLE,
  oauth2: environment.OAUTH2_TABLE,
  oauthGrants: environment.OAUTH_GRANTS_TABLE,
})

const services: ProviderServices & ProfileServices = {
  providers: new ProviderStore(tables.oauth2, reportUnreadable(log, 'oauth2')),
  profiles: new ProfileStore(tables.oauth2, reportUnreadable(log, 'oauth2')),
  accountsOfProfile: new AccountsOfProfile(tables.accounts),
  clientSecrets: new SecretsManagerClientSecretStore(
    new SecretsManagerClient(clientSettings),
    environment.SECRET_NAME_PREFIX,
    environment.DEPLOYMENT_ID,
    environment.SECRET_KEY_ARN,
  ),
  grants: new DynamoGrantStore(tables.oauthGrants),
  audit: openAuditTrail(tables.audit, log),
  redirectUri: redirectUriOf(environment.PUBLIC_URL),
  allowClearTextOnLoopback: environment.ALLOW_CLEAR_TEXT_ON_LOOPBACK,
  now: () => new Date(),
  newId: () => ulid(),
}

export const handler = httpFunction({
  roles: roleSettingsOf(environment),
  log,
  routes: [...providerRoutes(services), ...profileRoutes(services)],
})
