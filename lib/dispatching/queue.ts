import * as z from 'zod'
import { bookkeepingFields, exampleIds } from '../requests/documented-fields.ts'

/**
 * `invalid` queues and system addresses do not match; `invalid-temporarily` behaves the same and tells people it will
 * come back.
 */
export const dispatchingValidities = ['valid', 'invalid', 'invalid-temporarily'] as const

/** How the fields that callers write are documented, for what they send and what they read. */
export const queueFieldDocs = {
  queueId: { description: 'The queue’s id; `raw` is the built-in queue.', examples: [exampleIds.queue] },
  name: {
    description:
      'Unique: names that differ only in case, invisible characters or full-width letters count as the same name. The control header `X-OTOBO-Queue` refers to it.',
    examples: ['Support'],
  },
  address: { description: 'A bare mail address; kept in lower case.', examples: ['support@example.com'] },
  validity: {
    description:
      'Only `valid` ones match. `invalid-temporarily` behaves like `invalid` and tells people that it will come back.',
    examples: ['valid'],
  },
  comment: { description: 'For people.', examples: ['Printers and phones'] },
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
  /** Its own key. */
  address: z.string().min(3).max(254).meta(queueFieldDocs.address),
  queueId: z.string().meta(queueFieldDocs.queueId),
  validity: z.enum(dispatchingValidities).meta(queueFieldDocs.validity),
  comment: z.string().max(250).meta(queueFieldDocs.comment),
  version: z.int().min(1),
  ...bookkeepingFields,
})
export type SystemAddress = z.infer<typeof systemAddressSchema>

/**
 * Exists in every deployment without a row, valid, never deleted; can be replaced as default queue (the reference's
 * "Raw").
 */
export const builtInQueue = { queueId: 'raw', name: 'Raw' } as const

/**
 * The look-ups one dispatching decision needs. Only valid queues and addresses are found. Answers may be up to 60 s
 * old.
 */
export interface QueueDirectory {
  queueById(queueId: string): Promise<{ queueId: string; name: string } | undefined>
  queueByName(name: string): Promise<{ queueId: string; name: string } | undefined>
  /** For each address given (any case): the valid queue of its valid system address. */
  queuesByAddress(addresses: readonly string[]): Promise<Map<string, { queueId: string; name: string }>>
  /** The default queue if it is valid, else the built-in one. */
  defaultQueue(): Promise<{ queueId: string; name: string }>
}
