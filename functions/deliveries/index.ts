import { DeliveryCatalog } from '../../lib/handover/ledger/delivery-catalog.ts'
import { openWakeQueueOfApi } from '../shared/delivery-queue.ts'
import { openHandover } from '../shared/handover.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openAuditTrail, openTables } from '../shared/tables.ts'
import { actionRoutes } from './action-routes.ts'
import { replayRoutes } from './replay-route.ts'
import { deliveryRoutes } from './routes.ts'

const log = openLog('deliveries')
const tables = openTables(log, 'messages', 'deliveries', 'openDeliveries', 'handover', 'audit')

const services = {
  ...openHandover(tables),
  catalog: new DeliveryCatalog(tables.deliveries),
  wakes: openWakeQueueOfApi(log),
  audit: openAuditTrail(tables.audit, log),
  now: () => new Date(),
}

export const handler = httpFunction({
  log,
  routes: [...deliveryRoutes(services), ...actionRoutes(services), ...replayRoutes(services)],
})
