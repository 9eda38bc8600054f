import { DynamoCircuits } from '../../lib/handover/circuits/dynamo-circuits.ts'
import { DynamoDestinations } from '../../lib/handover/destinations/destination-store.ts'
import { DynamoDeliveryLedger } from '../../lib/handover/ledger/delivery-ledger.ts'
import { DynamoOpenLanes } from '../../lib/handover/ledger/open-lanes.ts'
import { DynamoPlanLedger } from '../../lib/handover/planning/dynamo-plan-ledger.ts'
import { backgroundFunction } from '../shared/background-function.ts'
import { openWakeQueue } from '../shared/delivery-queue.ts'
import { openLog } from '../shared/logger.ts'
import { openMetrics } from '../shared/metrics.ts'
import { openTables } from '../shared/tables.ts'
import { planHandler } from './handler.ts'

const log = openLog('plan-deliveries')
const tables = openTables(log, 'messages', 'handover', 'deliveries', 'openDeliveries')

export const handler = backgroundFunction(
  log,
  planHandler({
    log,
    metrics: openMetrics('plan-deliveries'),
    services: {
      destinations: new DynamoDestinations(tables.handover),
      ledger: new DynamoDeliveryLedger(tables.deliveries),
      lanes: new DynamoOpenLanes(tables.openDeliveries),
      plans: new DynamoPlanLedger(tables.messages),
      circuits: new DynamoCircuits(tables.handover),
      wakes: openWakeQueue(log),
      now: () => new Date(),
    },
  }),
)
