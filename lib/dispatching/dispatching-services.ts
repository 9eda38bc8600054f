import * as z from 'zod'
import type { AuditTrail } from '../audit/audit-trail.ts'
import {
  builtInQueue,
  type Queue,
  queueFieldDocs,
  queueSchema,
  type SystemAddress,
  systemAddressSchema,
} from './queue.ts'
import type { AccountsOfQueue, DefaultQueueStore, QueueStore, SystemAddressStore } from './queue-store.ts'

/** What the use cases of queues, system addresses and the default queue reach outside of themselves. */
export interface DispatchingServices {
  readonly queues: QueueStore
  readonly addresses: SystemAddressStore
  readonly defaultQueue: DefaultQueueStore
  readonly accountsOfQueue: AccountsOfQueue
  readonly audit: AuditTrail
  readonly now: () => Date
  readonly newQueueId: () => string
}

/** A queue as the API shows it; its version is the ETag. */
export const queueViewSchema = queueSchema
  .omit({ version: true })
  .extend({
    builtIn: z
      .boolean()
      .meta({ description: 'The queue Raw: it can be neither changed nor deleted.', examples: [false] }),
    isDefault: z.boolean().meta({ description: 'Takes the mail that no system address claims.', examples: [false] }),
  })
  .meta({ id: 'Queue', description: 'A place where mail goes.' })
export type QueueView = z.infer<typeof queueViewSchema>

export const queueViewOf = ({ version: _, ...queue }: Queue, defaultQueueId: string): QueueView => ({
  ...queue,
  builtIn: queue.queueId === builtInQueue.queueId,
  isDefault: queue.queueId === defaultQueueId,
})

export const systemAddressViewSchema = systemAddressSchema
  .omit({ version: true })
  .extend({
    queueName: z
      .string()
      .meta({ description: 'The queue’s name; absent when the queue is gone.', examples: queueFieldDocs.name.examples })
      .optional(),
  })
  .meta({ id: 'SystemAddress', description: 'An address of the desk and the queue it leads to.' })
export type SystemAddressView = z.infer<typeof systemAddressViewSchema>

/** @param queueName undefined when the queue is gone although the address still names it */
export const systemAddressViewOf = (
  { version: _, ...address }: SystemAddress,
  queueName: string | undefined,
): SystemAddressView => ({
  ...address,
  ...(queueName !== undefined && { queueName }),
})
