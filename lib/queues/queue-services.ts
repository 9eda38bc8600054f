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
import type { AccountsOfQueue, DefaultQueueStore, QueueStore, SystemAddressStore } from './queue-ports.ts'

/** The dependencies of the use cases for queues, system addresses and the default queue. */
export interface DispatchingServices {
  readonly queues: QueueStore
  readonly addresses: SystemAddressStore
  readonly defaultQueue: DefaultQueueStore
  readonly accountsOfQueue: AccountsOfQueue
  readonly audit: AuditTrail
  readonly now: () => Date
  readonly newQueueId: () => string
}

/** A queue as the API shows it. Its version is the ETag. */
export const queueViewSchema = queueSchema
  .omit({ version: true })
  .extend({
    builtIn: z.boolean().meta({
      description: 'Whether this is the built-in queue Raw, which cannot be changed or deleted.',
      examples: [false],
    }),
    isDefault: z
      .boolean()
      .meta({ description: 'Whether this queue receives the mail that no system address matches.', examples: [false] }),
  })
  .meta({ id: 'Queue', description: 'A queue that receives mail.' })
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
      .meta({
        description: 'The queue’s name. It is absent if the queue no longer exists.',
        examples: queueFieldDocs.name.examples,
      })
      .optional(),
  })
  .meta({ id: 'SystemAddress', description: 'An address of the service desk and the queue for its mail.' })
export type SystemAddressView = z.infer<typeof systemAddressViewSchema>

/** @param queueName undefined if the queue no longer exists although the address still refers to it */
export const systemAddressViewOf = (
  { version: _, ...address }: SystemAddress,
  queueName: string | undefined,
): SystemAddressView => ({
  ...address,
  ...(queueName !== undefined && { queueName }),
})
