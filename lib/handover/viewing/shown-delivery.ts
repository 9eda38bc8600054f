import * as z from 'zod'
import type { Message } from '../../messages/message.ts'
import type { DynamoDestinations } from '../destinations/destination-store.ts'
import type { Delivery } from '../ledger/delivery.ts'
import type { PlanLedger } from '../planning/dynamo-plan-ledger.ts'
import { deliveryViewOf, deliveryViewSchema } from './delivery-view.ts'

const optional = (description: string, example: string) =>
  z
    .string()
    .meta({ description, examples: [example] })
    .optional()

/** A delivery with what a person needs to recognise it. */
export const shownDeliverySchema = deliveryViewSchema
  .extend({
    kind: z.literal('delivery').meta({ description: 'Later versions may list other kinds.', examples: ['delivery'] }),
    destinationName: optional('The destination’s name. Absent if the destination has been deleted.', 'OTOBO'),
    queueName: optional('The queue of the message. Absent if the message’s record has expired.', 'Support'),
    from: optional('The sender of the message.', 'Jane Doe <jane@example.org>'),
    subject: optional('The subject of the message.', 'The printer is on fire'),
    erased: z
      .boolean()
      .meta({ description: 'True if an admin erased the content of the message. Absent otherwise.', examples: [true] })
      .optional(),
  })
  .meta({ id: 'Delivery', description: 'One message for one destination.' })
export type ShownDelivery = z.infer<typeof shownDeliverySchema>

export interface NamingServices {
  readonly plans: Pick<PlanLedger, 'readMany'>
  readonly destinations: Pick<DynamoDestinations, 'all'>
}

/** @returns the delivery with the names of its destination and its message */
export const shownDelivery = async (services: NamingServices, delivery: Delivery): Promise<ShownDelivery> => {
  const [shown] = await shownDeliveries(services, [delivery])
  if (!shown) throw new Error('A delivery has exactly one view')
  return shown
}

/** @returns the deliveries with the names of their destinations and messages, in the same order */
export const shownDeliveries = async (
  { plans, destinations }: NamingServices,
  deliveries: readonly Delivery[],
): Promise<ShownDelivery[]> => {
  if (deliveries.length === 0) return []
  const [planned, all] = await Promise.all([
    plans.readMany([...new Set(deliveries.map(({ messageId }) => messageId))]),
    destinations.all(),
  ])
  const messages = new Map(planned.map(({ message }) => [message.messageId, message]))
  const names = new Map(all.map(({ destinationId, name }) => [destinationId, name]))
  return deliveries.map((delivery) => ({
    kind: 'delivery',
    ...deliveryViewOf(delivery),
    ...namesOf(names.get(delivery.destinationId), messages.get(delivery.messageId)),
  }))
}

const namesOf = (destinationName: string | undefined, message: Message | undefined) => ({
  ...(destinationName !== undefined && { destinationName }),
  ...(message && { queueName: message.queueName }),
  ...(message?.header?.from !== undefined && { from: message.header.from }),
  ...(message?.header?.subject !== undefined && { subject: message.header.subject }),
  ...(message?.erased && { erased: true }),
})
