import { DefaultQueueStore } from '../../lib/queues/default-queue.ts'
import type { QueueServices } from '../../lib/queues/manage-queues.ts'
import { QueueStore } from '../../lib/queues/queue-store.ts'
import { AccountsOfQueue } from '../../lib/queues/queue-use.ts'
import { SystemAddressStore } from '../../lib/queues/system-address-store.ts'
import { auditTrailOver } from './audit.ts'
import type { TestTables } from './dynamo.ts'

/** The dispatching use cases over test tables, with a clock that the test controls. */
export const queueServicesOver = (tables: TestTables, clock: { now: Date }): QueueServices => {
  const table = tables.table('dispatching')
  let queueIds = 0
  return {
    queues: new QueueStore(table, () => clock.now),
    addresses: new SystemAddressStore(table),
    defaultQueue: new DefaultQueueStore(table),
    accountsOfQueue: new AccountsOfQueue(tables.table('accounts')),
    audit: auditTrailOver(tables, () => clock.now),
    now: () => clock.now,
    newQueueId: () => {
      queueIds += 1
      return `queue-${queueIds}`
    },
  }
}
