import { ulid } from 'ulid'
import { DynamoAccountsOfQueue } from '../../lib/queues/accounts-of-queue.ts'
import { DynamoDefaultQueueStore } from '../../lib/queues/default-queue-store.ts'
import type { DispatchingServices } from '../../lib/queues/queue-services.ts'
import { DynamoQueueStore } from '../../lib/queues/queue-store.ts'
import { DynamoSystemAddressStore } from '../../lib/queues/system-address-store.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openAuditTrail, openTables } from '../shared/tables.ts'
import { defaultQueueRoutes } from './default-queue-routes.ts'
import { queueRoutes } from './queue-routes.ts'
import { systemAddressRoutes } from './system-address-routes.ts'

const log = openLog('queues')
const tables = openTables('accounts', 'audit', 'dispatching')

const services: DispatchingServices = {
  queues: new DynamoQueueStore(tables.dispatching),
  addresses: new DynamoSystemAddressStore(tables.dispatching),
  defaultQueue: new DynamoDefaultQueueStore(tables.dispatching),
  accountsOfQueue: new DynamoAccountsOfQueue(tables.accounts),
  audit: openAuditTrail(tables.audit, log),
  now: () => new Date(),
  newQueueId: () => ulid(),
}

export const handler = httpFunction({
  log,
  routes: [...queueRoutes(services), ...systemAddressRoutes(services), ...defaultQueueRoutes(services)],
})
