import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { probeMailbox } from '../../lib/mailbox/probe/probe-mailbox.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import { chosenProfiles } from '../../lib/oauth2/setup.ts'
import { readNetworkRules } from '../environment.ts'
import { openAccessTokens } from '../shared/access-tokens.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openPasswordReader } from '../shared/secrets.ts'
import { openTables } from '../shared/tables.ts'
import { connectionTestRoutes } from './routes.ts'

const log = openLog('connection-test')
const tables = openTables(log, 'accounts', 'oauth2', 'oauthGrants')
const network = readNetworkRules()

/** In milliseconds. A test ends earlier; the limit applies only if our own code has a defect. */
const longestTest = 20_000

export const handler = httpFunction({
  log,
  routes: connectionTestRoutes({
    accounts: new AccountStore(tables.accounts),
    secrets: openPasswordReader(),
    profiles: chosenProfiles({
      profiles: new ProfileStore(tables.oauth2),
      providers: new ProviderStore(tables.oauth2),
    }),
    tokens: openAccessTokens(tables, network),
    allowClearTextOnLoopback: network.allowClearTextOnLoopback,
    probe: (settings, options) => probeMailbox(settings, network, AbortSignal.timeout(longestTest), options),
  }),
})
