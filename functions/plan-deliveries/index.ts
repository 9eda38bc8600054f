import { backgroundFunction } from '../shared/background-function.ts'
import { openWakeQueue } from '../shared/delivery-queue.ts'
import { openHandover } from '../shared/handover.ts'
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
      ...openHandover(tables),
      wakes: openWakeQueue(log),
      now: () => new Date(),
    },
  }),
)
