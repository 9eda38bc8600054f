import * as z from 'zod'
import { nameClaimKeys, namedRowKey } from '../tables/named-rows.ts'
import type { Row } from '../tables/table.ts'
import { comparableAddress, type SystemAddress } from './system-address.ts'

/** The keys of the dispatching table, which contains four kinds of row. */
export const queueKind = 'queue'
export const queueKey = (queueId: string): string => namedRowKey(queueKind, queueId)
export const queueNameKeys = (name: string): string[] => nameClaimKeys(queueKind, name)
export const addressKey = (address: string): string => `address#${comparableAddress(address)}`
export const defaultQueueKey = 'setting#default-queue'

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
