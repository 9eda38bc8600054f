import { ulid } from 'ulid'
import { MailboxClaims } from '../../lib/accounts/account-mailbox.ts'
import { AccountRemovals } from '../../lib/accounts/store/account-removals.ts'
import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { TestReceipts } from '../../lib/connection-tests/test-receipts.ts'
import { serviceLookUp } from '../../lib/network/service-records.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import { chosenProfiles } from '../../lib/oauth2/setup.ts'
import { StoredConnections } from '../../lib/oauth2/tokens/account-connections.ts'
import { GrantStore } from '../../lib/oauth2/tokens/grant-store.ts'
import { OverviewStore } from '../../lib/overview/overview-store.ts'
import { QueueStore } from '../../lib/queues/queue-store.ts'
import { RunCatalog } from '../../lib/runs/run-catalog.ts'
import { RunStore } from '../../lib/runs/run-store.ts'
import { AccountStatusStore } from '../../lib/schedule/account-status-store.ts'
import { fetchSavedAccount } from '../../lib/schedule/fetch-saved-account.ts'
import { readEnvironment } from '../environment.ts'
import { openFetchQueueOfApi } from '../shared/fetch-queue.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog, safeFieldsOf } from '../shared/logger.ts'
import { openPasswordStore } from '../shared/secrets.ts'
import { openAuditTrail, openTables } from '../shared/tables.ts'
import { accountRoutes } from './routes.ts'

const environment = readEnvironment(['ALLOW_CLEAR_TEXT_ON_LOOPBACK'])
const log = openLog('accounts')
const tables = openTables(
  log,
  'accounts',
  'overview',
  'audit',
  'mailboxClaims',
  'connectionTests',
  'accountStatus',
  'dispatching',
  'oauth2',
  'oauthGrants',
  'runs',
)

const profiles = new ProfileStore(tables.oauth2)

const connections = new StoredConnections({
  profiles,
  grants: new GrantStore(tables.oauthGrants),
})
const now = () => new Date()

export const handler = httpFunction({
  log,
  routes: accountRoutes({
    accounts: new AccountStore(tables.accounts),
    removals: new AccountRemovals(tables.overview),
    claims: new MailboxClaims(tables.mailboxClaims),
    statuses: new AccountStatusStore(tables.accountStatus),
    receivers: new OverviewStore(tables.overview),
    receipts: new TestReceipts(tables.connectionTests),
    queues: new QueueStore(tables.dispatching),
    profiles: chosenProfiles({ profiles, providers: new ProviderStore(tables.oauth2) }),
    connections,
    allowClearTextOnLoopback: environment.ALLOW_CLEAR_TEXT_ON_LOOPBACK,
    secrets: openPasswordStore(),
    audit: openAuditTrail(tables.audit, log),
    fetchSaved: fetchSavedAccount(
      {
        runs: new RunStore(tables.runs),
        catalog: new RunCatalog(tables.runs),
        queue: openFetchQueueOfApi(log),
        connections,
        now,
        newRunId: () => ulid(),
      },
      (error) => log.error('a saved account could not be fetched at once', safeFieldsOf(error)),
    ),
    lookUpService: serviceLookUp(),
    now,
    newId: () => ulid(),
  }),
})
