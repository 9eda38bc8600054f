import { DynamoDestinations } from '../../lib/handover/destinations/destination-store.ts'
import { DeliveryCatalog } from '../../lib/handover/ledger/delivery-catalog.ts'
import { DynamoDeliveryLedger } from '../../lib/handover/ledger/delivery-ledger.ts'
import { DynamoPlanLedger } from '../../lib/handover/planning/dynamo-plan-ledger.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openTables } from '../shared/tables.ts'
import { deliveryRoutes } from './routes.ts'

const log = openLog('deliveries')
const tables = openTables(log, 'messages', 'deliveries', 'handover')

export const handler = httpFunction({
  log,
  routes: deliveryRoutes({
    catalog: new DeliveryCatalog(tables.deliveries),
    ledger: new DynamoDeliveryLedger(tables.deliveries),
    plans: new DynamoPlanLedger(tables.messages),
    destinations: new DynamoDestinations(tables.handover),
  }),
})
