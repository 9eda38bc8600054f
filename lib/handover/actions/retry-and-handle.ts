import type { Actor } from '../../audit/audit-entry.ts'
import { cutTo, printable } from '../../text/printable.ts'
import { type Delivery, longestDetail } from '../ledger/delivery.ts'
import { handled, retried } from '../ledger/transitions.ts'
import { wakeLanes } from '../planning/wake-lanes.ts'
import { type ActionServices, changeDelivery, readDelivery, requireAllowed } from './change-delivery.ts'

/**
 * Tries a delivery again at once, without waiting for its next attempt. A delivery that is `pending` stays as it is,
 * because its attempt comes as soon as possible. If the destination fails, its next probe is due at once: the sweep or
 * the agent sends the first of its deliveries, and if the destination works, the others follow.
 * @throws ProblemError `not-found`, `delivery-ended`, `delivery-under-way`
 */
export const retryDelivery = async (services: ActionServices, deliveryId: string, by: Actor): Promise<Delivery> => {
  const delivery = await retry(services, deliveryId, by)
  await services.circuits.probeNow(delivery.destinationId, services.now().toISOString())
  return delivery
}

const retry = async (services: ActionServices, deliveryId: string, by: Actor): Promise<Delivery> => {
  const current = await readDelivery(services, deliveryId)
  if (current.state === 'pending') {
    const destination = await services.destinations.read(current.destinationId)
    if (destination) await wakeLanes(services, destination, [current], services.now().toISOString())
    return current
  }
  return await changeDelivery(services, {
    ...{ deliveryId, action: 'retry', by },
    step: (read, at) => {
      requireAllowed('retried', read, at)
      return retried(read, at)
    },
  })
}

/**
 * Marks a delivery as handled: a person decided that nothing remains to be done. The sweep then finishes it.
 * @param note why, in the person's words
 * @throws ProblemError `not-found`, `delivery-ended`, `delivery-under-way`
 */
export const handleDelivery = async (
  services: ActionServices,
  { deliveryId, note }: { readonly deliveryId: string; readonly note?: string | undefined },
  by: Actor,
): Promise<Delivery> =>
  await changeDelivery(services, {
    ...{ deliveryId, action: 'handle', by },
    step: (read, at) => {
      requireAllowed('handled', read, at)
      const detail = `${by.name} marked the delivery as handled${note ? `: ${note}` : '.'}`
      return handled(read, at, {
        code: 'handled',
        detail: cutTo(printable(detail), longestDetail),
        remedy: 'No action is required.',
      })
    },
  })
