import { ulid } from 'ulid'
import { DynamoDestinations } from '../../lib/handover/destinations/destination-store.ts'
import { DefaultQueueStore } from '../../lib/queues/default-queue.ts'
import type { QueueServices } from '../../lib/queues/manage-queues.ts'
import { QueueStore } from '../../lib/queues/queue-store.ts'
import { AccountsOfQueue } from '../../lib/queues/queue-use.ts'
import { SystemAddressStore } from '../../lib/queues/system-address-store.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openAuditTrail, openTables } from '../shared/tables.ts'
import { defaultQueueRoutes } from './default-queue-routes.ts'
import { queueRoutes } from './queue-routes.ts'
import { systemAddressRoutes } from './system-address-routes.ts'

const log = openLog('queues')
const tables = openTables(log, 'accounts', 'audit', 'dispatching', 'handover')
const destinations = new DynamoDestinations(tables.handover)

const services: QueueServices = {
  queues: new QueueStore(tables.dispatching),
  addresses: new SystemAddressStore(tables.dispatching),
  defaultQueue: new DefaultQueueStore(tables.dispatching),
  accountsOfQueue: new AccountsOfQueue(tables.accounts),
  receivers: {
    all: async () => (await destinations.all()).map(({ selection, ...others }) => ({ ...others, ...selection })),
  },
  audit: openAuditTrail(tables.audit, log),
  now: () => new Date(),
  newQueueId: () => ulid(),
}

export const handler = httpFunction({
  log,
  routes: [...queueRoutes(services), ...systemAddressRoutes(services), ...defaultQueueRoutes(services)],
})
