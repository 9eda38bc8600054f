import { ulid } from 'ulid'
import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { DynamoDestinations } from '../../lib/handover/destinations/destination-store.ts'
import { DeliveryCatalog } from '../../lib/handover/ledger/delivery-catalog.ts'
import { DynamoPlanLedger } from '../../lib/handover/planning/dynamo-plan-ledger.ts'
import { UnstoredMessages } from '../../lib/messages/unstored/unstored-messages.ts'
import { RunCatalog } from '../../lib/runs/run-catalog.ts'
import { RunStore } from '../../lib/runs/run-store.ts'
import { openFetchQueueOfApi } from '../shared/fetch-queue.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openAuditTrail, openTables } from '../shared/tables.ts'
import { quarantineRoutes } from './routes.ts'

const log = openLog('quarantine')
const tables = openTables(log, 'unstored', 'deliveries', 'messages', 'handover', 'accounts', 'runs', 'audit')

export const handler = httpFunction({
  log,
  routes: quarantineRoutes({
    unstored: new UnstoredMessages(tables.unstored),
    deliveries: {
      catalog: new DeliveryCatalog(tables.deliveries),
      plans: new DynamoPlanLedger(tables.messages),
      destinations: new DynamoDestinations(tables.handover),
    },
    accounts: new AccountStore(tables.accounts),
    runs: new RunStore(tables.runs),
    catalog: new RunCatalog(tables.runs),
    queue: openFetchQueueOfApi(log),
    audit: openAuditTrail(tables.audit, log),
    now: () => new Date(),
    newRunId: () => ulid(),
  }),
})
