import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { AuthorizationServers } from '../../lib/oauth2/authorization/authorization-servers.ts'
import { ConsentStore } from '../../lib/oauth2/consent/consent-store.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import { readEnvironment } from '../environment.ts'
import { openLog } from '../shared/logger.ts'
import { pageFunction } from '../shared/page/page-function.ts'
import { openTables } from '../shared/tables.ts'
import { startRoutes } from './routes.ts'

const environment = readEnvironment(['ALLOW_CLEAR_TEXT_ON_LOOPBACK', 'PUBLIC_URL'])
const log = openLog('oauth2-start')
const tables = openTables(log, 'accounts', 'oauth2', 'consents')

export const handler = pageFunction({
  log,
  routes: startRoutes({
    accounts: new AccountStore(tables.accounts),
    profiles: new ProfileStore(tables.oauth2),
    providers: new ProviderStore(tables.oauth2),
    consents: new ConsentStore(tables.consents),
    // It only builds addresses here and opens no connection.
    servers: new AuthorizationServers({
      allowPrivateAddresses: false,
      allowClearTextOnLoopback: environment.ALLOW_CLEAR_TEXT_ON_LOOPBACK,
    }),
    publicUrl: environment.PUBLIC_URL,
    now: () => new Date(),
    onStarted: (accountId) => log.info('a person was sent to the provider', { accountId }),
  }),
})
