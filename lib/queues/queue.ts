import * as z from 'zod'
import { bookkeepingFields, exampleIds } from '../requests/documented-fields.ts'

/**
 * `invalid` queues and system addresses do not match. `invalid-temporarily` has the same effect and indicates that the
 * queue or address will return to use.
 */
export const dispatchingValidities = ['valid', 'invalid', 'invalid-temporarily'] as const

/** The documentation of the writable fields, for requests and responses. */
export const queueFieldDocs = {
  queueId: { description: 'The queue’s id. `raw` is the built-in queue.', examples: [exampleIds.queue] },
  name: {
    description:
      'A unique name. Names that differ only in case, invisible characters or full-width letters count as the same ' +
      'name. The control header `X-OTOBO-Queue` refers to a queue by this name.',
    examples: ['Support'],
  },
  address: { description: 'A bare mail address. It is stored in lower case.', examples: ['support@example.com'] },
  validity: {
    description:
      'Only `valid` queues and system addresses match. `invalid-temporarily` has the same effect as `invalid` and ' +
      'indicates a return to use later.',
    examples: ['valid'],
  },
  comment: { description: 'A note for admins.', examples: ['Printers and phones'] },
}

export const queueSchema = z.object({
  queueId: z.string().meta(queueFieldDocs.queueId),
  name: z.string().min(1).max(200).meta(queueFieldDocs.name),
  validity: z.enum(dispatchingValidities).meta(queueFieldDocs.validity),
  comment: z.string().max(250).meta(queueFieldDocs.comment),
  version: z.int().min(1),
  ...bookkeepingFields,
})
export type Queue = z.infer<typeof queueSchema>

export const systemAddressSchema = z.object({
  /** The address is its own key. */
  address: z.string().min(3).max(254).meta(queueFieldDocs.address),
  queueId: z.string().meta(queueFieldDocs.queueId),
  validity: z.enum(dispatchingValidities).meta(queueFieldDocs.validity),
  comment: z.string().max(250).meta(queueFieldDocs.comment),
  version: z.int().min(1),
  ...bookkeepingFields,
})
export type SystemAddress = z.infer<typeof systemAddressSchema>

/**
 * The queue that exists in every deployment, always valid, without a row. It cannot be deleted, but another queue can
 * be made the default queue (the reference's "Raw").
 */
export const builtInQueue = { queueId: 'raw', name: 'Raw' } as const

/**
 * The look-ups needed for a dispatching decision. They return only valid queues and addresses. Results may be up to 60
 * s old.
 */
export interface QueueDirectory {
  queueById(queueId: string): Promise<{ queueId: string; name: string } | undefined>
  queueByName(name: string): Promise<{ queueId: string; name: string } | undefined>
  /** @returns for each address (in any case) the valid queue of its valid system address */
  queuesByAddress(addresses: readonly string[]): Promise<Map<string, { queueId: string; name: string }>>
  /** @returns the default queue if it is valid, otherwise the built-in queue */
  defaultQueue(): Promise<{ queueId: string; name: string }>
}
