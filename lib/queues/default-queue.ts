import * as z from 'zod'
import type { Actor } from '../audit/audit-entry.ts'
import { invalidRequest } from '../requests/parse-request.ts'
import { builtInQueue, queueFieldDocs } from './queue.ts'
import type { DispatchingServices } from './queue-services.ts'

export const defaultQueueViewSchema = z
  .object({ queueId: z.string().meta(queueFieldDocs.queueId), name: z.string().meta(queueFieldDocs.name) })
  .meta({ id: 'DefaultQueue', description: 'The queue for mail that no system address matches.' })
export type DefaultQueueView = z.infer<typeof defaultQueueViewSchema>

/** @returns the configured queue, even while it is invalid and the built-in queue is used instead */
export const readDefaultQueue = async ({ queues, defaultQueue }: DispatchingServices): Promise<DefaultQueueView> => {
  const setting = await defaultQueue.read()
  const queue = setting && (await queues.read(setting.queueId))
  return queue ? { queueId: queue.queueId, name: queue.name } : { ...builtInQueue }
}

/** @throws ProblemError `invalid-request` if the queue does not exist or is not valid */
export const setDefaultQueue = async (
  { queues, defaultQueue, audit, now }: DispatchingServices,
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
  return { queueId, name: queue.name }
}
