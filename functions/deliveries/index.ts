import { DynamoCircuits } from '../../lib/handover/circuits/dynamo-circuits.ts'
import { DynamoDestinations } from '../../lib/handover/destinations/destination-store.ts'
import { DeliveryCatalog } from '../../lib/handover/ledger/delivery-catalog.ts'
import { DynamoDeliveryLedger } from '../../lib/handover/ledger/delivery-ledger.ts'
import { DynamoOpenLanes } from '../../lib/handover/ledger/open-lanes.ts'
import { DynamoPlanLedger } from '../../lib/handover/planning/dynamo-plan-ledger.ts'
import { openWakeQueueOfApi } from '../shared/delivery-queue.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openAuditTrail, openTables } from '../shared/tables.ts'
import { actionRoutes } from './action-routes.ts'
import { deliveryRoutes } from './routes.ts'

const log = openLog('deliveries')
const tables = openTables(log, 'messages', 'deliveries', 'openDeliveries', 'handover', 'audit')

const services = {
  catalog: new DeliveryCatalog(tables.deliveries),
  ledger: new DynamoDeliveryLedger(tables.deliveries),
  lanes: new DynamoOpenLanes(tables.openDeliveries),
  plans: new DynamoPlanLedger(tables.messages),
  destinations: new DynamoDestinations(tables.handover),
  circuits: new DynamoCircuits(tables.handover),
  wakes: openWakeQueueOfApi(log),
  audit: openAuditTrail(tables.audit, log),
  now: () => new Date(),
}

export const handler = httpFunction({ log, routes: [...deliveryRoutes(services), ...actionRoutes(services)] })
