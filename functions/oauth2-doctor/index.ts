import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { probeMailbox } from '../../lib/mailbox/probe/probe-mailbox.ts'
import { AuthorizationServers } from '../../lib/oauth2/authorization/authorization-servers.ts'
import { reachEndpoint } from '../../lib/oauth2/authorization/reach-endpoint.ts'
import { examinationLimits } from '../../lib/oauth2/doctor/examination-limits.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import { GrantStore } from '../../lib/oauth2/tokens/grant-store.ts'
import { readNetworkRules } from '../environment.ts'
import { openAccessTokens } from '../shared/access-tokens.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openClientSecretReader } from '../shared/secrets.ts'
import { openTables } from '../shared/tables.ts'
import { oauth2DoctorRoutes } from './routes.ts'

const log = openLog('oauth2-doctor')
const tables = openTables(log, 'accounts', 'oauth2', 'oauthGrants')
const network = readNetworkRules()

/** In milliseconds. An examination ends earlier; the limit applies only if our own code has a defect. */
const longestExamination = 27_000

export const handler = httpFunction({
  log,
  routes: oauth2DoctorRoutes({
    accounts: new AccountStore(tables.accounts),
    profiles: new ProfileStore(tables.oauth2),
    providers: new ProviderStore(tables.oauth2),
    grants: new GrantStore(tables.oauthGrants),
    tokens: openAccessTokens(tables, network),
    secrets: openClientSecretReader(),
    servers: new AuthorizationServers(network),
    reach: reachEndpoint(network, examinationLimits.endpoints),
    probe: (settings, limits, signal) => probeMailbox(settings, network, signal, { limits }),
    now: () => new Date(),
    signal: () => AbortSignal.timeout(longestExamination),
  }),
})
