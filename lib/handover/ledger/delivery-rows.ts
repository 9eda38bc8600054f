import { expiryAfter } from '../../messages/store/message-ledger.ts'
import { bucketOf, dayOf } from '../../tables/items.ts'
import type { Row } from '../../tables/table.ts'
import { type Delivery, type DeliveryState, deliverySchema, isEnded } from './delivery.ts'

/** The partitions of one destination's due deliveries. Each accepts 1,000 writes per second. */
export const dueBuckets = 4
/** In characters, far below DynamoDB's limit of 2,048 bytes for a key. */
const longestTicketKey = 200

/** Adds the attributes that the indexes and the expiry need. An ended row is kept as long as its message's row. */
export const deliveryRowOf = (delivery: Delivery): Row => {
  const { deliveryId, destinationId, state, plannedAt, changedAt, remote, dueAt } = delivery
  const ticketKey = remote?.ticket && ticketKeyOf(remote.ticket)
  return {
    ...delivery,
    ...(dueAt !== undefined && { dueBucket: dueBucketOf(destinationId, bucketOf(deliveryId) % dueBuckets) }),
    ...(isEnded(delivery)
      ? dueAt === undefined && { expiresAt: expiryAfter(changedAt) }
      : { openState: openStateOf(destinationId, state) }),
    destinationDay: destinationDayOf(destinationId, dayOf(plannedAt)),
    ...(ticketKey && { ticketKey }),
  }
}

/** Parses a row. The index attributes are dropped. */
export const deliveryOfRow = (row: Row): Delivery => deliverySchema.parse(row)

export const dueBucketOf = (destinationId: string, bucket: number): string => `${destinationId}#${bucket}`
export const openStateOf = (destinationId: string, state: DeliveryState): string => `${destinationId}#${state}`
export const destinationDayOf = (destinationId: string, day: string): string => `${destinationId}#${day}`
export const ticketKeyOf = (ticket: string): string => ticket.trim().toLowerCase().slice(0, longestTicketKey)
