import * as z from 'zod'
import { validities } from '../accounts/account.ts'
import { bookkeepingFields, exampleIds } from '../requests/documented-fields.ts'
import { oneLineText, uniqueName } from '../text/names.ts'
import { type QueueReceiver, receivedFields, receivedOf } from './queue-receivers.ts'

/** The documentation of the writable fields, for requests and responses. */
export const queueFieldDocs = {
  queueId: { description: 'The queue’s id. `raw` is the built-in queue.', examples: [exampleIds.queue] },
  name: {
    description:
      'A unique name. Names that differ only in case, invisible characters or full-width letters count as the same ' +
      'name. The control header `X-OTOBO-Queue` refers to a queue by this name.',
    examples: ['Support'],
  },
  validity: {
    description:
      'Only `valid` queues and system addresses match. `invalid-temporarily` has the same effect as `invalid` and ' +
      'indicates a return to use later.',
    examples: ['valid'],
  },
  comment: { description: 'A note for admins.', examples: ['Printers and phones'] },
}

/** The fields of a queue that the API shows. A field that only the stored queue has is private. */
const publicFields = {
  queueId: z.string().meta(queueFieldDocs.queueId),
  name: z.string().min(1).max(200).meta(queueFieldDocs.name),
  validity: z.enum(validities).meta(queueFieldDocs.validity),
  comment: z.string().max(250).meta(queueFieldDocs.comment),
  ...bookkeepingFields,
}

export const queueSchema = z.object({ ...publicFields, version: z.int().min(1) })
export type Queue = z.infer<typeof queueSchema>

/**
 * The queue that exists in every deployment, always valid, without a row. It cannot be deleted, but another queue can
 * be made the default queue (the reference's "Raw").
 */
export const builtInQueue = { queueId: 'raw', name: 'Raw' } as const

/** The writable fields that queues and system addresses have in common. */
export const commonInputFields = {
  validity: z.enum(validities).meta(queueFieldDocs.validity).default('valid'),
  comment: oneLineText.max(250).meta(queueFieldDocs.comment).default(''),
}

export const queueInputSchema = z
  .strictObject({ name: uniqueName.meta(queueFieldDocs.name), ...commonInputFields })
  .meta({ id: 'QueueInput', description: 'A queue in a request.' })
export type QueueInput = z.infer<typeof queueInputSchema>

/** A reference to a queue in a request. */
export const queueIdInput = z.string().min(1).max(64).meta(queueFieldDocs.queueId)

/** A queue as the API shows it. Its version is the ETag. */
export const queueViewSchema = z
  .object({
    ...publicFields,
    builtIn: z.boolean().meta({
      description: 'Whether this is the built-in queue Raw, which cannot be changed or deleted.',
      examples: [false],
    }),
    isDefault: z
      .boolean()
      .meta({ description: 'Whether this queue receives the mail that no system address matches.', examples: [false] }),
    ...receivedFields,
  })
  .meta({ id: 'Queue', description: 'A queue that receives mail.' })
export type QueueView = z.infer<typeof queueViewSchema>

export const queueViewOf = (queue: Queue, defaultQueueId: string, receivers: readonly QueueReceiver[]): QueueView =>
  queueViewSchema.parse({
    ...queue,
    builtIn: queue.queueId === builtInQueue.queueId,
    isDefault: queue.queueId === defaultQueueId,
    ...receivedOf(queue, receivers),
  })
