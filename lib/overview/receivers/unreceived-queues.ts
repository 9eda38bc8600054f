import { noReceiver } from '../../accounts/health/no-receiver.ts'
import type { Destination } from '../../handover/destinations/destination.ts'
import type { DefaultQueueStore } from '../../queues/default-queue.ts'
import { builtInQueue } from '../../queues/queue.ts'
import { receivedOf } from '../../queues/queue-receivers.ts'
import { builtInQueueRecord, type QueueStore } from '../../queues/queue-store.ts'
import { type Overview, shownItems, type UnreceivedQueue } from '../overview.ts'
import type { ReceiverCount } from '../overview-store.ts'

export interface UnreceivedServices {
  readonly queues: Pick<QueueStore, 'list'>
  readonly defaultQueue: Pick<DefaultQueueStore, 'read'>
}

/** A deployment has dozens of queues. A page of the index contains a thousand. */
const queuesRead = 1_000

type Receiver = Pick<Destination, 'destinationId' | 'name' | 'validity' | 'selection'>

/**
 * Finds the valid queues whose mail stays in Postmaster, because no valid destination receives it. A deployment without
 * destinations may have subscribers instead, and Postmaster does not know which queues they want.
 * @param counted who received mail at the latest tick
 */
export const unreceivedQueues = async (
  services: UnreceivedServices,
  destinations: readonly Receiver[],
  counted: ReceiverCount | undefined,
): Promise<Overview['queues']> => {
  const subscriptions = counted?.subscriptions ?? 0
  const isReceived = subscriptions > 0 || destinations.some(({ validity }) => validity === 'valid')
  if (!isReceived) return { total: 1, items: [noReceiver] }
  if (destinations.length === 0) return { total: 0, items: [] }
  const [{ items: queues }, setting] = await Promise.all([
    services.queues.list({ limit: queuesRead }),
    services.defaultQueue.read(),
  ])
  const set = queues.find(({ queueId }) => queueId === setting?.queueId)
  // The built-in queue gets mail only while it is the default queue.
  const builtIn = set?.validity === 'valid' && set.queueId !== builtInQueue.queueId ? [] : [builtInQueueRecord]
  const receivers = destinations.map(({ selection: { queueIds }, ...destination }) => ({ ...destination, queueIds }))
  const items = [...builtIn, ...queues].flatMap((queue): UnreceivedQueue[] => {
    const { warning } = receivedOf(queue, receivers)
    return warning ? [{ queueId: queue.queueId, name: queue.name, ...warning }] : []
  })
  return { total: items.length, items: items.slice(0, shownItems) }
}
