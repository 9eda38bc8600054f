import { DynamoAccountsOfQueue } from '../../lib/queues/accounts-of-queue.ts'
import { DynamoDefaultQueueStore } from '../../lib/queues/default-queue-store.ts'
import type { DispatchingServices } from '../../lib/queues/queue-services.ts'
import { DynamoQueueStore } from '../../lib/queues/queue-store.ts'
import { DynamoSystemAddressStore } from '../../lib/queues/system-address-store.ts'
import { auditTrailOver } from './audit.ts'
import type { TestTables } from './dynamo.ts'

/** The dispatching use cases over test tables, with a clock that the test controls. */
export const dispatchingOver = (tables: TestTables, clock: { now: Date }): DispatchingServices => {
  const table = tables.table('dispatching')
  let queueIds = 0
  return {
    queues: new DynamoQueueStore(table, () => clock.now),
    addresses: new DynamoSystemAddressStore(table),
    defaultQueue: new DynamoDefaultQueueStore(table),
    accountsOfQueue: new DynamoAccountsOfQueue(tables.table('accounts')),
    audit: auditTrailOver(tables, () => clock.now),
    now: () => clock.now,
    newQueueId: () => {
      queueIds += 1
      return `queue-${queueIds}`
    },
  }
}
