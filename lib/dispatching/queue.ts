import * as z from 'zod'

/** `invalid` queues and system addresses do not match; `invalid-temporarily` behaves the same and tells people it will come back. */
export const dispatchingValidities = ['valid', 'invalid', 'invalid-temporarily'] as const

export const queueSchema = z.object({
  queueId: z.string(),
  /** Unique, compared without case; what `X-OTOBO-Queue` names. */
  name: z.string().min(1).max(200),
  validity: z.enum(dispatchingValidities),
  comment: z.string().max(250),
  version: z.int().min(1),
  createdAt: z.string(),
  createdBy: z.string(),
  changedAt: z.string(),
  changedBy: z.string(),
})
export type Queue = z.infer<typeof queueSchema>

export const systemAddressSchema = z.object({
  /** Lower case; its own key. */
  address: z.string().min(3).max(254),
  queueId: z.string(),
  validity: z.enum(dispatchingValidities),
  comment: z.string().max(250),
  version: z.int().min(1),
  createdAt: z.string(),
  createdBy: z.string(),
  changedAt: z.string(),
  changedBy: z.string(),
})
export type SystemAddress = z.infer<typeof systemAddressSchema>

/** Exists in every deployment without a row, valid, never deleted; can be replaced as default queue (the reference's "Raw"). */
export const builtInQueue = { queueId: 'raw', name: 'Raw' } as const

/** The look-ups one dispatching decision needs. Only valid queues and addresses are found. Answers may be up to 60 s old. */
export interface QueueDirectory {
  queueById(queueId: string): Promise<{ queueId: string; name: string } | undefined>
  queueByName(name: string): Promise<{ queueId: string; name: string } | undefined>
  /** For each address given (any case): the valid queue of its valid system address. */
  queuesByAddress(addresses: readonly string[]): Promise<Map<string, { queueId: string; name: string }>>
  /** The default queue if it is valid, else the built-in one. */
  defaultQueue(): Promise<{ queueId: string; name: string }>
}
