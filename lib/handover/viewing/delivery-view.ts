import * as z from 'zod'
import { attemptSchema, type Delivery, deliverySchema } from '../ledger/delivery.ts'

/** A delivery as the API shows it. Lease tokens would let a reader acknowledge it, so they stay private. */
export const deliveryViewSchema = deliverySchema
  .pick({
    deliveryId: true,
    destinationId: true,
    messageId: true,
    state: true,
    plannedAt: true,
    changedAt: true,
    attemptCount: true,
    nextAttemptAt: true,
    leaseUntil: true,
    possiblyDoubled: true,
    reason: true,
    remote: true,
  })
  .extend({
    replay: z
      .literal(true)
      .meta({ description: 'Present if a person asked to hand the message over again.', examples: [true] })
      .optional(),
    attempts: z
      .array(attemptSchema.omit({ lease: true }).meta({ description: 'One attempt to hand the message over.' }))
      .meta({ description: 'The last 20 attempts, oldest first.' }),
  })
export type DeliveryView = z.infer<typeof deliveryViewSchema>

/** @returns only the public fields */
export const deliveryViewOf = (delivery: Delivery): DeliveryView =>
  deliveryViewSchema.parse({ ...delivery, ...(delivery.replays !== undefined && { replay: true }) })
