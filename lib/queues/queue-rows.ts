import * as z from 'zod'
import type { Row } from '../tables/table.ts'
import { comparableName, formerComparableName } from '../text/names.ts'
import type { Queue } from './queue.ts'
import { comparableAddress, type SystemAddress } from './system-address.ts'

/** The keys of the dispatching table, which contains four kinds of row. */
export const queueKey = (queueId: string): string => `queue#${queueId}`
/** @param comparable the comparable form of a name */
export const queueClaimKey = (comparable: string): string => `queue-name#${comparable}`
/** The key of a name's claim, and the key that an older version may have used for it. */
export const queueNameKeys = (name: string): string[] => [
  ...new Set([comparableName(name), formerComparableName(name)].map(queueClaimKey)),
]
export const addressKey = (address: string): string => `address#${comparableAddress(address)}`
export const defaultQueueKey = 'setting#default-queue'

export const queueRowOf = (queue: Queue): Row => ({
  ...queue,
  key: queueKey(queue.queueId),
  kind: 'queue',
  listingKey: comparableName(queue.name),
})

export const addressRowOf = (address: SystemAddress): Row => ({
  ...address,
  key: addressKey(address.address),
  kind: 'address',
  listingKey: address.address,
})

/** The part of a queue name's claim that dispatching needs. See NamedRows. */
export const queueNameClaimSchema = z.object({ queueId: z.string() })

export const defaultQueueSchema = z.object({
  queueId: z.string(),
  changedAt: z.string(),
  changedBy: z.string(),
  changedBySub: z.string().optional(),
})
export type DefaultQueueSetting = z.infer<typeof defaultQueueSchema>
