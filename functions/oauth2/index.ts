import { ulid } from 'ulid'
import { redirectUriOf } from '../../lib/oauth2/consent/consent-urls.ts'
import { AccountsOfProfile } from '../../lib/oauth2/profiles/accounts-of-profile.ts'
import type { ProfileServices } from '../../lib/oauth2/profiles/manage-profiles.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import type { ProviderServices } from '../../lib/oauth2/providers/manage-providers.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import { GrantStore } from '../../lib/oauth2/tokens/grant-store.ts'
import { readEnvironment } from '../environment.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openClientSecretStore } from '../shared/secrets.ts'
import { openAuditTrail, openTables } from '../shared/tables.ts'
import { profileRoutes } from './profile-routes.ts'
import { providerRoutes } from './provider-routes.ts'

const environment = readEnvironment(['PUBLIC_URL', 'ALLOW_CLEAR_TEXT_ON_LOOPBACK'])
const log = openLog('oauth2')
const tables = openTables(log, 'accounts', 'audit', 'oauth2', 'oauthGrants')

const services: ProviderServices & ProfileServices = {
  providers: new ProviderStore(tables.oauth2),
  profiles: new ProfileStore(tables.oauth2),
  accountsOfProfile: new AccountsOfProfile(tables.accounts),
  clientSecrets: openClientSecretStore(),
  grants: new GrantStore(tables.oauthGrants),
  audit: openAuditTrail(tables.audit, log),
  redirectUri: redirectUriOf(environment.PUBLIC_URL),
  allowClearTextOnLoopback: environment.ALLOW_CLEAR_TEXT_ON_LOOPBACK,
  now: () => new Date(),
  newId: () => ulid(),
}

export const handler = httpFunction({
  log,
  routes: [...providerRoutes(services), ...profileRoutes(services)],
})
