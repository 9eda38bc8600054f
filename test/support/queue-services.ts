import { mergePatch } from '../../lib/changes/merge-patch.ts'
import type { ChangeBy } from '../../lib/changes/versioned-change.ts'
import { DefaultQueueStore } from '../../lib/queues/default-queue.ts'
import { changeQueue, type QueueServices } from '../../lib/queues/manage-queues.ts'
import { changeSystemAddress } from '../../lib/queues/manage-system-addresses.ts'
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
    receivers: { all: async () => [] },
    audit: auditTrailOver(tables, () => clock.now),
    now: () => clock.now,
    newQueueId: () => {
      queueIds += 1
      return `queue-${queueIds}`
    },
  }
}

/** PUT and PATCH, as the routes of the API make them. */
type Arguments = [services: QueueServices, id: string, body: unknown, change: ChangeBy]

export const replaceQueue = (...[services, queueId, body, change]: Arguments) =>
  changeQueue(services, queueId, () => body, change)

export const patchQueue = (...[services, queueId, patch, change]: Arguments) =>
  changeQueue(services, queueId, (current) => mergePatch(current, patch), change)

export const replaceSystemAddress = (...[services, address, body, change]: Arguments) =>
  changeSystemAddress(services, address, () => body, change)

export const patchSystemAddress = (...[services, address, patch, change]: Arguments) =>
  changeSystemAddress(services, address, (current) => mergePatch(current, patch), change)
