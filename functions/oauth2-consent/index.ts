import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { ConsentStore } from '../../lib/oauth2/consent/consent-store.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import { readEnvironment } from '../environment.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openAuditTrail, openTables } from '../shared/tables.ts'
import { consentRoutes } from './routes.ts'

const environment = readEnvironment(['PUBLIC_URL', 'RETURN_TO_URLS'])
const log = openLog('oauth2-consent')
const tables = openTables(log, 'accounts', 'oauth2', 'consents', 'audit')

export const handler = httpFunction({
  log,
  routes: consentRoutes({
    accounts: new AccountStore(tables.accounts),
    profiles: new ProfileStore(tables.oauth2),
    providers: new ProviderStore(tables.oauth2),
    consents: new ConsentStore(tables.consents),
    audit: openAuditTrail(tables.audit, log),
    publicUrl: environment.PUBLIC_URL,
    returnToUrls: environment.RETURN_TO_URLS,
    now: () => new Date(),
  }),
})
