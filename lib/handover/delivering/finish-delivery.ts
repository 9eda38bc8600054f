import { type Delivery, deliveryIdOf, isEnded } from '../ledger/delivery.ts'
import { closed } from '../ledger/transitions.ts'
import type { DeliveringServices } from './delivering-services.ts'

type FinishServices = Pick<DeliveringServices, 'lanes' | 'ledger' | 'plans' | 'retention' | 'now'>

/**
 * Completes the end or the quarantine of a delivery: its lane continues, and the raw mail may expire if no other
 * delivery needs it. Each step can be repeated. After a crash, the sweep starts again, because the delivery stays due
 * until the last step.
 */
export const finishDelivery = async (services: FinishServices, delivery: Delivery): Promise<void> => {
  const { lanes, ledger, retention, now } = services
  await lanes.remove(delivery)
  if (isEnded(delivery) && (await isLast(services, delivery))) await retention.markEnded(delivery.messageId)
  // This has no effect if a person has changed the delivery. The sweep then writes its marker again.
  if (delivery.dueAt !== undefined) await ledger.replace(delivery, closed(delivery, now().toISOString()))
}

/**
 * Whether all deliveries of the message have ended. Two that end at once both read after their own write, so at least
 * one of them sees that it is the last.
 */
const isLast = async ({ plans, ledger }: FinishServices, { messageId }: Delivery): Promise<boolean> => {
  const { plannedFor = [] } = (await plans.read(messageId)) ?? {}
  const deliveries = await ledger.readMany(plannedFor.map((destinationId) => deliveryIdOf(destinationId, messageId)))
  return deliveries.length === plannedFor.length && deliveries.every(isEnded)
}
