import type { Actor } from '../../audit/audit-entry.ts'
import type { Message, MessageId } from '../../messages/message.ts'
import { requireNotErased } from '../../messages/store/message-catalog.ts'
import { ProblemError } from '../../reasons/problem.ts'
import type { Destination } from '../destinations/destination.ts'
import { type Delivery, deliveryIdOf, isEnded } from '../ledger/delivery.ts'
import { handled, replayed } from '../ledger/transitions.ts'
import { addDelivery } from '../planning/plan-message.ts'
import { wakeLanes } from '../planning/wake-lanes.ts'
import { type ActionServices, changeDelivery, intentionOf, readDelivery, requireAllowed } from './change-delivery.ts'

export interface Redirected {
  /** The delivery to the other destination. */
  readonly delivery: Delivery
  /** The original delivery, which is now `handled`. */
  readonly handled: Delivery
}

/**
 * Sends the message of a delivery to another destination instead, whatever that destination selects. It can be repeated
 * if it fails halfway.
 * @throws ProblemError `not-found`, `message-erased`, `delivery-ended`, `delivery-under-way`, or `invalid-request` for the destination
 */
export const redirectDelivery = async (
  services: ActionServices,
  { deliveryId, destinationId }: { readonly deliveryId: string; readonly destinationId: string },
  by: Actor,
): Promise<Redirected> => {
  const { ledger, now } = services
  const read = await readDelivery(services, deliveryId)
  requireAllowed('handled', read, now().toISOString())
  if (read.destinationId === destinationId)
    throw invalidDestination('The delivery already belongs to this destination.')
  const destination = await readDestination(services, destinationId)
  const message = await readPlanned(services, read.messageId)
  const otherId = deliveryIdOf(destinationId, read.messageId)
  const other = await ledger.read(otherId)
  if (other && isEnded(other))
    throw new ProblemError('delivery-ended', `The message’s delivery to ${destination.name} is ${other.state}.`)

  const delivery = other ?? (await createRecorded(services, { message, destination, action: 'redirect', by }))
  const original = await changeDelivery(services, {
    ...{ deliveryId, action: 'redirect', by },
    step: (current, at) => {
      requireAllowed('handled', current, at)
      return handled(current, at, {
        code: 'redirected',
        detail: `${by.name} sent the message to the destination ${destination.name} instead.`,
        remedy: `Follow the delivery ${otherId}.`,
      })
    },
  })
  return { delivery, handled: original }
}

/**
 * Hands a message over to one destination, again or for the first time, whatever the destination selects.
 * @throws ProblemError `not-found`, `message-erased`, `delivery-open`, `delivery-under-way`, or `invalid-request` for the destination
 */
export const replayMessage = async (
  services: ActionServices,
  { messageId, destinationId }: { readonly messageId: MessageId; readonly destinationId: string },
  by: Actor,
): Promise<Delivery> => {
  const deliveryId = deliveryIdOf(destinationId, messageId)
  const destination = await readDestination(services, destinationId)
  const message = await readPlanned(services, messageId)
  if (!(await services.ledger.read(deliveryId)))
    return await createRecorded(services, { message, destination, action: 'replay', by })
  return await changeDelivery(services, {
    ...{ deliveryId, action: 'replay', by },
    step: (current, at) => {
      requireAllowed('replayed', current, at)
      return replayed(current, at)
    },
  })
}

/** Creates and records a delivery that planning did not choose. */
const createRecorded = async (
  services: ActionServices,
  {
    message,
    destination,
    action,
    by,
  }: {
    readonly message: Message
    readonly destination: Destination
    readonly action: 'redirect' | 'replay'
    readonly by: Actor
  },
): Promise<Delivery> => {
  const { audit, plans, now } = services
  const { messageId } = message
  const { destinationId } = destination
  const deliveryId = deliveryIdOf(destinationId, messageId)
  const subject = { delivery: { deliveryId, destinationId, messageId }, action, by, to: 'pending' as const }
  const { delivery } = await audit.record(
    await intentionOf(services, subject),
    async () => {
      // In this order, the raw mail cannot expire before the delivery has ended.
      await plans.add(messageId, destinationId)
      const more = action === 'replay' ? { replays: 1 as const } : {}
      return await addDelivery(services, message, destination, now().toISOString(), more)
    },
    ({ created }) => created,
  )
  await wakeLanes(services, destination, [delivery])
  return delivery
}

/** Reads a message whose destinations are decided. Without the decision, one more destination could not be added. */
const readPlanned = async ({ plans }: ActionServices, messageId: MessageId): Promise<Message> => {
  const planned = await plans.read(messageId)
  if (!planned) throw new ProblemError('not-found', 'There is no message with this id.')
  if (planned.unplanned && !planned.plannedFor)
    throw new ProblemError('delivery-under-way', 'The deliveries of the message are being planned. Try again soon.')
  requireNotErased(planned.message)
  return planned.message
}

const readDestination = async ({ destinations }: ActionServices, destinationId: string): Promise<Destination> => {
  const destination = await destinations.read(destinationId)
  if (!destination) throw invalidDestination('There is no destination with this id.')
  return destination
}

const invalidDestination = (message: string) =>
  new ProblemError('invalid-request', 'One field is invalid.', [{ path: '/destinationId', message }])
