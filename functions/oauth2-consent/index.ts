import { DynamoAccountReader } from '../../lib/accounts/store/dynamo-account-reader.ts'
import { DynamoConsentStore } from '../../lib/oauth2/consent/dynamo-consent-store.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import { openAuditTrail } from '../shared/audit-trail.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { roleSettingsOf } from '../shared/http/role-environment.ts'
import { openLog } from '../shared/logger.ts'
import { openTables } from '../shared/tables.ts'
import { consentEnvironment } from './environment.ts'
import { consentRoutes } from './routes.ts'

const environment = consentEnvironment()
const log = openLog('oauth2-consent')
const tables = openTables({
  accounts: environment.ACCOUNTS_TABLE,
  oauth2: environment.OAUTH2_TABLE,
  consents: environment.CONSENTS_TABLE,
  audit: environment.AUDIT_TABLE,
})

export const handler = httpFunction({
  roles: roleSettingsOf(environment),
  log,
  routes: consentRoutes({
    accounts: new DynamoAccountReader(tables.accounts),
    profiles: new ProfileStore(tables.oauth2),
    providers: new ProviderStore(tables.oauth2),
    consents: new DynamoConsentStore(tables.consents),
    audit: openAuditTrail(tables.audit, log),
    publicUrl: environment.PUBLIC_URL,
    returnToUrls: environment.RETURN_TO_URLS,
    now: () => new Date(),
  }),
})
