import type { Actor } from '../../audit/audit-entry.ts'
import type { AuditTrail, Intention } from '../../audit/audit-trail.ts'
import { ProblemError } from '../../reasons/problem.ts'
import type { Circuits } from '../circuits/dynamo-circuits.ts'
import { type Delivery, isEnded, leftLane } from '../ledger/delivery.ts'
import { allows, type Change } from '../ledger/transitions.ts'
import type { PlanServices } from '../planning/plan-message.ts'
import { wakeLanes } from '../planning/wake-lanes.ts'

export interface ActionServices extends PlanServices {
  readonly audit: AuditTrail
  readonly circuits: Pick<Circuits, 'read' | 'probeNow'>
}

export type DeliveryAction = 'retry' | 'handle' | 'redirect' | 'replay'

/** A worker changes a delivery a few times a minute at most. */
const mostTries = 5

interface DeliveryChange {
  readonly deliveryId: string
  readonly action: DeliveryAction
  readonly by: Actor
  /** @throws ProblemError if the action is not possible */
  readonly step: (read: Delivery, at: string) => Delivery
}

/**
 * Changes a delivery on behalf of a person, records that, and wakes the lane if the delivery is open afterwards. It
 * reads the delivery again if a worker changes it at the same moment.
 * @throws ProblemError `not-found`, `delivery-under-way`, or the error of `step`
 */
export const changeDelivery = async (
  services: ActionServices,
  { deliveryId, action, by, step }: DeliveryChange,
): Promise<Delivery> => {
  const { ledger, lanes, audit, now } = services
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const read = await readDelivery(services, deliveryId)
    const next = step(read, now().toISOString())
    // The marker comes first. Without it, a later mail of the conversation could overtake this one.
    if (!leftLane(next)) await lanes.add(next)
    const intention = await intentionOf(services, { delivery: read, action, by, to: next.state })
    if (!(await audit.record(intention, () => ledger.replace(read, next), Boolean))) continue
    if (!leftLane(next)) await wakeAfterwards(services, next)
    return next
  }
  throw new ProblemError('delivery-under-way', 'The delivery changed during each attempt to change it.')
}

/** @throws ProblemError `not-found` */
export const readDelivery = async (
  { ledger }: Pick<ActionServices, 'ledger'>,
  deliveryId: string,
): Promise<Delivery> => {
  const delivery = await ledger.read(deliveryId)
  if (!delivery) throw new ProblemError('not-found', 'There is no delivery with this id.')
  return delivery
}

/** @throws ProblemError `delivery-under-way`, `delivery-ended` or `delivery-open` unless the change is possible */
export const requireAllowed = (change: Change, delivery: Delivery, at: string): void => {
  const { state, leaseUntil } = delivery
  if (allows(change, delivery, at)) return
  if (state === 'delivering')
    throw new ProblemError(
      'delivery-under-way',
      leaseUntil !== undefined && leaseUntil > at
        ? `An attempt is in progress. It ends by ${leaseUntil}.`
        : 'An attempt ended without an outcome. The next attempt decides what it means.',
    )
  throw new ProblemError(isEnded(delivery) ? 'delivery-ended' : 'delivery-open', `The delivery is ${state}.`)
}

interface ActionOn {
  readonly delivery: Pick<Delivery, 'deliveryId' | 'destinationId' | 'messageId'> & Partial<Pick<Delivery, 'state'>>
  readonly action: DeliveryAction
  readonly by: Actor
  readonly to: Delivery['state']
}

/** @returns the entry of the audit trail. A new delivery has no former state. */
export const intentionOf = async (
  { destinations }: Pick<ActionServices, 'destinations'>,
  { delivery, action, by, to }: ActionOn,
): Promise<Intention> => {
  const { deliveryId, destinationId, messageId, state } = delivery
  const name = (await destinations.read(destinationId))?.name ?? destinationId
  return {
    by,
    action,
    subject: `/deliveries/${deliveryId}`,
    name: `message ${messageId.slice(0, shownDigits)} for ${name}`,
    changes: [{ field: 'state', ...(state && { from: state }), to }],
  }
}

/** Enough digits of a message id to recognise it in a list. */
const shownDigits = 12

const wakeAfterwards = async (services: ActionServices, delivery: Delivery): Promise<void> => {
  const destination = await services.destinations.read(delivery.destinationId)
  if (destination) await wakeLanes(services, destination, [delivery])
}
