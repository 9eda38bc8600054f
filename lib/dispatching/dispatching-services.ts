import { builtInQueue, type Queue, type SystemAddress } from './queue.ts'
import type { AccountsOfQueue, DefaultQueueStore, QueueStore, SystemAddressStore } from './queue-store.ts'

/** What the use cases of queues, system addresses and the default queue reach outside of themselves. */
export interface DispatchingServices {
  readonly queues: QueueStore
  readonly addresses: SystemAddressStore
  readonly defaultQueue: DefaultQueueStore
  readonly accountsOfQueue: AccountsOfQueue
  readonly now: () => Date
  readonly newQueueId: () => string
}

/** A change against a known version that lost; with `If-Match: *` it is tried again on what is there then. */
export const changeRounds = 3

/** A queue as the API shows it; its version is the ETag. */
export const queueViewOf = ({ version: _, ...queue }: Queue, defaultQueueId: string) => ({
  ...queue,
  builtIn: queue.queueId === builtInQueue.queueId,
  isDefault: queue.queueId === defaultQueueId,
})
export type QueueView = ReturnType<typeof queueViewOf>

/** @param queueName undefined when the queue is gone although the address still names it */
export const systemAddressViewOf = ({ version: _, ...address }: SystemAddress, queueName: string | undefined) => ({
  ...address,
  ...(queueName !== undefined && { queueName }),
})
export type SystemAddressView = ReturnType<typeof systemAddressViewOf>

/** A view with the version for its ETag. */
export interface Versioned<View> {
  readonly view: View
  readonly version: number
}

export const stampOf = (now: Date, by: string) => ({ changedAt: now.toISOString(), changedBy: by })
