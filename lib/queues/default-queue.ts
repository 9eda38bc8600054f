import * as z from 'zod'
import type { Actor } from '../audit/audit-entry.ts'
import type { AuditTrail } from '../audit/audit-trail.ts'
import { invalidRequest } from '../requests/parse-request.ts'
import { attributesOf } from '../tables/row-format.ts'
import { TableStore } from '../tables/table-store.ts'
import type { Clock } from '../text/clock.ts'
import { builtInQueue, queueFieldDocs, queueIdInput } from './queue.ts'
import { type QueueReceivers, receivedFields, receivedOf } from './queue-receivers.ts'
import { type DefaultQueueSetting, defaultQueueKey, defaultQueueSchema } from './queue-rows.ts'
import type { QueueStore } from './queue-store.ts'

export const defaultQueueInputSchema = z
  .strictObject({ queueId: queueIdInput })
  .meta({ id: 'DefaultQueueInput', description: 'The queue to set as the default.' })

export const defaultQueueViewSchema = z
  .object({
    queueId: z.string().meta(queueFieldDocs.queueId),
    name: z.string().meta(queueFieldDocs.name),
    ...receivedFields,
  })
  .meta({ id: 'DefaultQueue', description: 'The queue for mail that no system address matches.' })
export type DefaultQueueView = z.infer<typeof defaultQueueViewSchema>

export class DefaultQueueStore extends TableStore {
  /** @returns undefined if no default queue was set; the built-in queue is then the default */
  async read(): Promise<DefaultQueueSetting | undefined> {
    const row = await this.table.get(defaultQueueKey)
    return row && defaultQueueSchema.parse(row)
  }

  async write(setting: DefaultQueueSetting): Promise<void> {
    await this.table.replace({ key: defaultQueueKey, ...setting }, attributesOf(defaultQueueSchema))
  }
}

/** The dependencies of the use cases for the default queue. */
export interface DefaultQueueServices {
  readonly queues: QueueStore
  readonly defaultQueue: DefaultQueueStore
  readonly receivers: QueueReceivers
  readonly audit: AuditTrail
  readonly now: Clock
}

/** @returns the configured queue, even while it is invalid and the built-in queue is used instead */
export const readDefaultQueue = async ({
  queues,
  defaultQueue,
  receivers,
}: DefaultQueueServices): Promise<DefaultQueueView> => {
  const setting = await defaultQueue.read()
  const queue = setting && (await queues.read(setting.queueId))
  const { queueId, name } = queue ?? builtInQueue
  return { queueId, name, ...receivedOf({ queueId, validity: 'valid' }, await receivers.all()) }
}

/** @throws ProblemError `invalid-request` if the queue does not exist or is not valid */
export const setDefaultQueue = async (
  { queues, defaultQueue, receivers, audit, now }: DefaultQueueServices,
  queueId: string,
  by: Actor,
): Promise<DefaultQueueView> => {
  const queue = await queues.read(queueId)
  if (!queue) throw invalidRequest([{ path: '/queueId', message: 'is not the id of a queue' }])
  if (queue.validity !== 'valid')
    throw invalidRequest([{ path: '/queueId', message: 'must be the id of a valid queue' }])
  const previous = (await defaultQueue.read())?.queueId ?? builtInQueue.queueId
  const setting = { queueId, changedAt: now().toISOString(), changedBy: by.name, changedBySub: by.sub }
  await audit.record(
    {
      by,
      action: 'change',
      subject: '/default-queue',
      name: 'default queue',
      changes: previous === queueId ? [] : [{ field: 'queueId', from: previous, to: queueId }],
    },
    () => defaultQueue.write(setting),
    () => true,
  )
  return { queueId, name: queue.name, ...receivedOf(queue, await receivers.all()) }
}
