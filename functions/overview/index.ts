import { AccountRemovals } from '../../lib/accounts/store/account-removals.ts'
import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { DynamoCircuits } from '../../lib/handover/circuits/dynamo-circuits.ts'
import { DynamoDestinations } from '../../lib/handover/destinations/destination-store.ts'
import { DynamoDestinationTokens } from '../../lib/handover/destinations/destination-tokens.ts'
import { FiguresStore } from '../../lib/handover/destinations/figures.ts'
import { UnstoredMessages } from '../../lib/messages/unstored/unstored-messages.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { StoredConnections } from '../../lib/oauth2/tokens/account-connections.ts'
import { GrantStore } from '../../lib/oauth2/tokens/grant-store.ts'
import { OverviewStore } from '../../lib/overview/overview-store.ts'
import { readOverview } from '../../lib/overview/read-overview.ts'
import { DefaultQueueStore } from '../../lib/queues/default-queue.ts'
import { QueueStore } from '../../lib/queues/queue-store.ts'
import { RunCatalog } from '../../lib/runs/run-catalog.ts'
import { AccountStatusStore } from '../../lib/schedule/account-status-store.ts'
import { readEnvironment } from '../environment.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openTables } from '../shared/tables.ts'
import { accountSummaryRoutes } from './account-summary-routes.ts'
import { overviewRoutes } from './routes.ts'

const { TICK_MINUTES } = readEnvironment(['TICK_MINUTES'])
const log = openLog('overview')
const tables = openTables(
  log,
  'accounts',
  'accountStatus',
  'runs',
  'dispatching',
  'oauth2',
  'oauthGrants',
  'handover',
  'unstored',
  'overview',
)

const profiles = new ProfileStore(tables.oauth2)
const services = {
  accounts: new AccountStore(tables.accounts),
  removals: new AccountRemovals(tables.overview),
  statuses: new AccountStatusStore(tables.accountStatus),
  runs: new RunCatalog(tables.runs),
  queues: new QueueStore(tables.dispatching),
  defaultQueue: new DefaultQueueStore(tables.dispatching),
  profiles,
  connections: new StoredConnections({ profiles, grants: new GrantStore(tables.oauthGrants) }),
  destinations: new DynamoDestinations(tables.handover),
  circuits: new DynamoCircuits(tables.handover),
  figures: new FiguresStore(tables.handover),
  tokens: new DynamoDestinationTokens(tables.handover),
  unstored: new UnstoredMessages(tables.unstored),
  overview: new OverviewStore(tables.overview),
  tickMinutes: TICK_MINUTES,
  now: () => new Date(),
}

export const handler = httpFunction({
  log,
  routes: [...overviewRoutes(() => readOverview(services)), ...accountSummaryRoutes(services)],
})
