import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { AuthorizationServers } from '../../lib/oauth2/authorization/authorization-servers.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import { GrantStore } from '../../lib/oauth2/tokens/grant-store.ts'
import { revokeGrant } from '../../lib/oauth2/tokens/revoke-grant.ts'
import { noteEndingConsents } from '../../lib/overview/ending-consents.ts'
import { OverviewStore } from '../../lib/overview/overview-store.ts'
import { readNetworkRules } from '../environment.ts'
import { openTokenCipher } from '../shared/access-tokens.ts'
import { backgroundFunction } from '../shared/background-function.ts'
import { openLog } from '../shared/logger.ts'
import { openMetrics } from '../shared/metrics.ts'
import { openClientSecretReader } from '../shared/secrets.ts'
import { openTables } from '../shared/tables.ts'
import { endGrantsHandler } from './handler.ts'

const log = openLog('end-grants')
const tables = openTables(log, 'accounts', 'oauth2', 'oauthGrants', 'overview')
const overview = new OverviewStore(tables.overview)
const now = () => new Date()
const profiles = new ProfileStore(tables.oauth2)

export const handler = backgroundFunction(
  log,
  endGrantsHandler({
    log,
    metrics: openMetrics('end-grants'),
    note: (consents) => noteEndingConsents({ overview, now }, consents),
    services: {
      grants: new GrantStore(tables.oauthGrants),
      accounts: new AccountStore(tables.accounts),
      profiles,
      revoke: revokeGrant({
        profiles,
        providers: new ProviderStore(tables.oauth2),
        secrets: openClientSecretReader(),
        cipher: openTokenCipher(),
        servers: new AuthorizationServers(readNetworkRules()),
      }),
      now,
    },
  }),
)
