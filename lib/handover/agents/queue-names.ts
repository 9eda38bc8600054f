import { builtInQueue } from '../../queues/queue.ts'
import type { QueueStore } from '../../queues/queue-store.ts'
import type { Destination } from '../destinations/destination.ts'
import { queueNameFor } from '../planning/select.ts'
import type { AgentQueues } from './agent-protocol.ts'

/** One page of the table. */
const pageSize = 100

/** Returns the ticket system's names for all queues whose mail the destination receives, with our names for each. */
export const queueNames = async (queues: Pick<QueueStore, 'list'>, destination: Destination): Promise<AgentQueues> => {
  const { queueIds } = destination.selection
  const ours = new Map<string, string[]>()
  for await (const { queueId, name } of everyQueue(queues)) {
    if (queueIds !== 'all' && !queueIds.includes(queueId)) continue
    const theirs = queueNameFor(destination, { queueId, queueName: name })
    ours.set(theirs, [...(ours.get(theirs) ?? []), name])
  }
  return { items: [...ours].map(([name, names]) => ({ name, ours: names })) }
}

/** Invalid queues are included, because mail that was dispatched earlier can still arrive. */
async function* everyQueue(queues: Pick<QueueStore, 'list'>) {
  yield builtInQueue
  let after: Parameters<QueueStore['list']>[0]['after']
  do {
    const page = await queues.list({ limit: pageSize, after })
    yield* page.items
    after = page.next
  } while (after)
}
