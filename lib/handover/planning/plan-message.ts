import type { Message, MessageId } from '../../messages/message.ts'
import type { Clock } from '../../text/clock.ts'
import type { Destination } from '../destinations/destination.ts'
import type { DynamoDestinations } from '../destinations/destination-store.ts'
import { type Delivery, deliveryIdOf, leftLane } from '../ledger/delivery.ts'
import type { DeliveryLedger } from '../ledger/delivery-ledger.ts'
import type { OpenLanes } from '../ledger/open-lanes.ts'
import { planned } from '../ledger/transitions.ts'
import type { PlanLedger, PlannedMessage } from './dynamo-plan-ledger.ts'
import { selects } from './select.ts'
import { type WakeServices, wakeLanes } from './wake-lanes.ts'

export interface PlanServices extends WakeServices {
  readonly destinations: Pick<DynamoDestinations, 'read' | 'all'>
  readonly ledger: DeliveryLedger
  readonly lanes: OpenLanes
  readonly plans: PlanLedger
  readonly now: Clock
}

/**
 * Plans the deliveries of a stored message. It can be repeated, and a repeat after a crash continues with the decision
 * of the first attempt. A message that is planned, or that was stored before hand-over existed, stays as it is.
 * @param allDestinations returns the destinations as they were read after the message had been stored
 */
export const planMessage = async (
  services: PlanServices,
  messageId: MessageId,
  allDestinations = () => services.destinations.all(),
): Promise<void> => {
  const { plans } = services
  const read = await plans.read(messageId)
  if (!read?.unplanned) return
  const destinations = await allDestinations()
  // SNS and SQS reorder announcements. A reply that is planned before its first mail would overtake it.
  const ancestors = destinations.length > 0 ? await plans.unplannedAncestors(read.message) : []
  for (const ancestor of ancestors) await planOne(services, await plans.read(ancestor), destinations)
  await planOne(services, ancestors.length > 0 ? await plans.read(messageId) : read, destinations)
}

const planOne = async (
  services: PlanServices,
  read: PlannedMessage | undefined,
  destinations: readonly Destination[],
): Promise<void> => {
  if (!read?.unplanned) return
  const { plans, now } = services
  const { message } = read
  const at = now().toISOString()
  const chosen = destinations.filter((destination) => selects(destination, message))
  const decided = await plans.decide(
    message.messageId,
    chosen.map(({ destinationId }) => destinationId),
    at,
  )
  if (decided.length === 0) return
  for (const destinationId of decided) {
    const known = chosen.find((destination) => destination.destinationId === destinationId)
    const destination = known ?? (await services.destinations.read(destinationId))
    // The decision of an earlier attempt can name a destination that was deleted since.
    if (!destination) continue
    const { delivery, created } = await addDelivery(services, message, destination, at)
    if (created) await wakeLanes(services, destination, [delivery])
  }
  await plans.finish(message.messageId)
}

/**
 * Writes the marker and then the row of a delivery, so that a later mail of the conversation can never overtake it.
 * @returns the row that exists afterwards, and whether this call created it
 */
export const addDelivery = async (
  { lanes, ledger }: Pick<PlanServices, 'lanes' | 'ledger'>,
  message: Message,
  { destinationId, kind }: Pick<Destination, 'destinationId' | 'kind'>,
  at: string,
  more: { readonly replays?: 1 } = {},
): Promise<{ readonly delivery: Delivery; readonly created: boolean }> => {
  // No wake leads an agent to the delivery, so it is due at once.
  const delivery = planned(destinationId, message, at, { ...more, ...(kind === 'pull' && { dueAt: at }) })
  for (;;) {
    await lanes.add(delivery)
    if (await ledger.create(delivery)) return { delivery, created: true }
    const existing = await ledger.read(deliveryIdOf(destinationId, message.messageId))
    if (!existing) continue
    // A plan that is repeated late must not leave a marker of a delivery that has ended.
    if (leftLane(existing)) await lanes.remove(existing)
    return { delivery: existing, created: false }
  }
}
