import * as z from 'zod'
import type { Row } from '../tables/table.ts'
import { type Queue, queueSchema, type SystemAddress, systemAddressSchema } from './queue.ts'

/** Keys of the dispatching table, which holds four kinds of row. */
export const queueKey = (queueId: string): string => `queue#${queueId}`
export const queueNameKey = (name: string): string => `queue-name#${comparableName(name)}`
export const addressKey = (address: string): string => `address#${comparableAddress(address)}`
export const defaultQueueKey = 'setting#default-queue'

/** Queue names are one name when they differ only in case or in how an accent is composed. */
export const comparableName = (name: string): string => name.trim().normalize('NFC').toLowerCase()
/** Compared exactly but for case, as the reference does: no plus part is cut, no dot is dropped. */
export const comparableAddress = (address: string): string => address.trim().toLowerCase()

/** DynamoDB's limit for a sort key, in bytes. A longer one in a forged page token would be refused by it, not by us. */
const keyText = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= 1024)

/** Where a list by kind goes on. */
export const listPositionSchema = z.strictObject({ listingKey: keyText, key: keyText })
export type ListPosition = z.infer<typeof listPositionSchema>

export const queueRowOf = (queue: Queue): Row => ({
  ...queue,
  key: queueKey(queue.queueId),
  kind: 'queue',
  listingKey: comparableName(queue.name),
})
export const queueOfRow = (row: Row): Queue => queueSchema.parse(row)

export const addressRowOf = (address: SystemAddress): Row => ({
  ...address,
  key: addressKey(address.address),
  kind: 'address',
  listingKey: address.address,
})
export const addressOfRow = (row: Row): SystemAddress => systemAddressSchema.parse(row)

/** Who holds a queue name. `token` is new with every taking, so that a change meant for an older claim misses. */
export const nameClaimSchema = z.object({
  key: z.string(),
  queueId: z.string(),
  token: z.string(),
  claimedAt: z.string(),
})
export type NameClaim = z.infer<typeof nameClaimSchema>

export const defaultQueueSchema = z.object({ queueId: z.string(), changedAt: z.string(), changedBy: z.string() })
export type DefaultQueueSetting = z.infer<typeof defaultQueueSchema>
