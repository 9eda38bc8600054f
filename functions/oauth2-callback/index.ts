import { ulid } from 'ulid'
import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { probeMailbox } from '../../lib/mailbox/probe/probe-mailbox.ts'
import { AuthorizationServers } from '../../lib/oauth2/authorization/authorization-servers.ts'
import { ConsentStore } from '../../lib/oauth2/consent/consent-store.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import { GrantKeeper, GrantStore } from '../../lib/oauth2/tokens/grant-store.ts'
import { RunStore } from '../../lib/runs/run-store.ts'
import { AccountStatusStore } from '../../lib/schedule/account-status-store.ts'
import { readEnvironment, readNetworkRules } from '../environment.ts'
import { openTokenCipher } from '../shared/access-tokens.ts'
import { openFetchQueueOfApi } from '../shared/fetch-queue.ts'
import { openLog, safeFieldsOf } from '../shared/logger.ts'
import { pageFunction } from '../shared/page/page-function.ts'
import { openClientSecretReader } from '../shared/secrets.ts'
import { openAuditTrail, openTables } from '../shared/tables.ts'
import { callbackRoutes } from './routes.ts'

const environment = readEnvironment(['PUBLIC_URL'])
const log = openLog('oauth2-callback')
const tables = openTables(log, 'accounts', 'accountStatus', 'oauth2', 'oauthGrants', 'consents', 'runs', 'audit')
const network = readNetworkRules()

/**
 * Milliseconds for the provider (10 s at most) and the mail server (15 s) together. The gateway gives up after 30 s. In
 * the remaining time the grant is stored and a run is requested.
 */
const longestWait = 23_000

export const handler = pageFunction({
  log,
  routes: callbackRoutes({
    accounts: new AccountStore(tables.accounts),
    profiles: new ProfileStore(tables.oauth2),
    providers: new ProviderStore(tables.oauth2),
    consents: new ConsentStore(tables.consents),
    servers: new AuthorizationServers(network),
    secrets: openClientSecretReader(),
    probe: (settings, signal) => probeMailbox(settings, network, signal),
    grants: new GrantKeeper({
      grants: new GrantStore(tables.oauthGrants),
      cipher: openTokenCipher(),
      now: () => new Date(),
    }),
    audit: openAuditTrail(tables.audit, log),
    statuses: new AccountStatusStore(tables.accountStatus),
    runs: new RunStore(tables.runs),
    queue: openFetchQueueOfApi(log),
    newRunId: () => ulid(),
    publicUrl: environment.PUBLIC_URL,
    now: () => new Date(),
    onDefect: (error) => log.error('a consent failed unexpectedly', safeFieldsOf(error)),
    onEnded: (outcome) => log.info('a consent attempt ended', { outcome }),
    deadline: () => AbortSignal.timeout(longestWait),
  }),
})
