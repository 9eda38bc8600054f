import type { DefaultQueueServices } from './default-queue.ts'
import type { AccountsOfQueue } from './queue-use.ts'
import type { SystemAddressStore } from './system-address-store.ts'

/** The dependencies of the use cases for queues and system addresses. */
export interface QueueServices extends DefaultQueueServices {
  readonly addresses: SystemAddressStore
  readonly accountsOfQueue: AccountsOfQueue
  readonly newQueueId: () => string
}
