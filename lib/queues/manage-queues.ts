import * as z from 'zod'
import type { Actor } from '../audit/audit-entry.ts'
import {
  type ChangeBy,
  changeVersioned,
  createVersioned,
  firstStamp,
  type Versioned,
} from '../changes/versioned-change.ts'
import { ProblemError } from '../reasons/problem.ts'
import { parseRequest } from '../requests/parse-request.ts'
import { type ListPosition, listPositionSchema } from '../tables/list-by-kind.ts'
import type { DefaultQueueServices } from './default-queue.ts'
import { builtInQueue, type Queue, type QueueInput, type QueueView, queueInputSchema, queueViewOf } from './queue.ts'
import { builtInQueueRecord } from './queue-store.ts'
import { type AccountsOfQueue, refuseWhenInUse } from './queue-use.ts'
import type { SystemAddressStore } from './system-address-store.ts'

/** The dependencies of the use cases for queues and system addresses. */
export interface QueueServices extends DefaultQueueServices {
  readonly addresses: SystemAddressStore
  readonly accountsOfQueue: AccountsOfQueue
  readonly newQueueId: () => string
}

/** The built-in queue comes first, on the same page as other queues. With a limit of 1, it fills the page alone. */
export const queueCursorSchema = z.union([z.strictObject({ start: z.literal(true) }), listPositionSchema])
export type QueueCursor = z.infer<typeof queueCursorSchema>

/** @throws ProblemError `name-taken` */
export const createQueue = async (
  services: QueueServices,
  input: QueueInput,
  by: Actor,
): Promise<Versioned<QueueView>> => {
  const thing: Queue = { queueId: services.newQueueId(), ...input, ...firstStamp(services.now(), by) }
  await createVersioned(services, { thing, audited, by }, () => services.queues.create(thing))
  return await versioned(services, thing)
}

/** @throws ProblemError `not-found` */
export const readQueue = async (services: QueueServices, queueId: string): Promise<Versioned<QueueView>> =>
  await versioned(services, await existing(services, queueId))

export const listQueues = async (
  services: QueueServices,
  { limit, cursor }: { limit: number; cursor?: QueueCursor | undefined },
): Promise<{ items: QueueView[]; next?: QueueCursor }> => {
  const builtIn = cursor === undefined ? [builtInQueueRecord] : []
  const room = limit - builtIn.length
  const [defaultId, receivers] = await Promise.all([defaultQueueIdOf(services), services.receivers.all()])
  const viewOf = (queue: Queue) => queueViewOf(queue, defaultId, receivers)
  if (room === 0) return { items: builtIn.map(viewOf), next: { start: true } }
  const after: ListPosition | undefined = cursor && 'key' in cursor ? cursor : undefined
  const page = await services.queues.list({ limit: room, after })
  return { ...page, items: [...builtIn, ...page.items].map(viewOf) }
}

/**
 * Changes a queue. Fields that the new document omits get their defaults.
 * @param documentFrom builds the new document from the current one
 * @throws ProblemError `not-found`, `built-in`, `invalid-request`, `name-taken`, `changed-meanwhile`
 */
export const changeQueue = async (
  services: QueueServices,
  queueId: string,
  documentFrom: (current: QueueInput) => unknown,
  change: ChangeBy,
): Promise<Versioned<QueueView>> => {
  const { after } = await changeVersioned(services, changeable(services, queueId), change, async (queue, stamp) => {
    const { name, validity, comment } = queue
    const input = parseRequest(queueInputSchema, documentFrom({ name, validity, comment }))
    const after = { ...queue, ...input, ...stamp() }
    return { after, write: () => services.queues.replace(after, queue) }
  })
  return await versioned(services, after)
}

/** @throws ProblemError `not-found`, `built-in`, `queue-in-use`, `changed-meanwhile` */
export const deleteQueue = async (services: QueueServices, queueId: string, change: ChangeBy): Promise<void> => {
  await changeVersioned(services, changeable(services, queueId), change, async (queue) => {
    await refuseWhenInUse(services, queue)
    return { write: () => services.queues.remove(queue) }
  })
}

const audited = (queue: Queue) => ({ subject: `/queues/${queue.queueId}`, name: queue.name, fields: queue })

const changeable = (services: QueueServices, queueId: string) => ({
  audited,
  read: async () => {
    const queue = await existing(services, queueId)
    if (queueId === builtInQueue.queueId)
      throw new ProblemError('built-in', `The queue ${builtInQueue.name} is built in and cannot be changed or deleted.`)
    return queue
  },
})

const existing = async (services: QueueServices, queueId: string): Promise<Queue> => {
  const queue = await services.queues.read(queueId)
  if (!queue) throw new ProblemError('not-found', 'There is no queue with this id.')
  return queue
}

const versioned = async (services: QueueServices, queue: Queue): Promise<Versioned<QueueView>> => ({
  view: queueViewOf(queue, await defaultQueueIdOf(services), await services.receivers.all()),
  version: queue.version,
})

const defaultQueueIdOf = async ({ defaultQueue }: QueueServices): Promise<string> =>
  (await defaultQueue.read())?.queueId ?? builtInQueue.queueId
