import type { Message } from '../../messages/message.ts'
import type { Destination } from '../destinations/destination.ts'
import { type Delivery, deliveryIdPartsOf, leftLane } from '../ledger/delivery.ts'
import type { Idempotency, Outcome } from '../ledger/outcome.ts'
import { claimed } from '../ledger/transitions.ts'
import type { DeliveringServices } from './delivering-services.ts'
import { finishDelivery } from './finish-delivery.ts'
import { type LookUp, resolveDoubt } from './in-doubt.ts'
import { mailErased, mailExpired, tooLarge } from './refusals.ts'
import { settleDelivery } from './settle-delivery.ts'

/** How a lane's oldest open delivery is leased. */
export interface TakeOptions {
  /** The length of the lease. */
  readonly seconds: number
  readonly idempotency: Idempotency
  /** Required for `lookup`. */
  readonly lookUp?: LookUp | undefined
}

export interface Taken {
  readonly taken: Delivery
  readonly message: Message
}

/**
 * Why a lane has no delivery to take. `empty`: nothing is open. `held`: another worker has the lease until `dueAt`.
 * `not-due`: the next attempt is at `dueAt`. `unplanned`: planning has not finished, and will wake the lane.
 */
export interface Stopped {
  readonly stop: 'empty' | 'held' | 'not-due' | 'unplanned'
  readonly dueAt?: string | undefined
}

/**
 * The number of deliveries that one call examines. A lane has more only if crashes left markers of ended deliveries
 * behind, or if many mails are refused. The sweep wakes such a lane again.
 */
const mostLooks = 50

/**
 * Leases the oldest open delivery of a lane. It checks neither the destination's validity nor its circuit, because its
 * callers do that once for several deliveries.
 */
export const takeHead = async (
  services: DeliveringServices,
  lane: string,
  destination: Destination,
  options: TakeOptions,
): Promise<Taken | Stopped> => {
  for (let look = 0; look < mostLooks; look += 1) {
    const head = await headOf(services, lane)
    if ('stop' in head) return head
    const taken = stopOf(head, services.now().toISOString()) ?? (await take(services, head, destination, options))
    if (taken) return taken
  }
  return { stop: 'held' }
}

/**
 * Finds the oldest open delivery of a lane. It removes the markers that a crash left behind, of deliveries that no longer
 * hold back the lane and of deliveries that do not exist.
 */
export const headOf = async (services: DeliveringServices, lane: string): Promise<Delivery | Stopped> => {
  const { lanes, ledger, plans } = services
  for (let look = 0; look < mostLooks; look += 1) {
    const marker = await lanes.head(lane)
    if (!marker) return { stop: 'empty' }
    const delivery = await ledger.read(marker.deliveryId)
    if (delivery && !leftLane(delivery)) return delivery
    if (delivery) {
      await finishDelivery(services, delivery)
      continue
    }
    const { messageId } = deliveryIdPartsOf(marker.deliveryId)
    if ((await plans.read(messageId))?.unplanned) return { stop: 'unplanned' }
    // Planning writes the row before it finishes. A row that is absent now was never written.
    if (!(await ledger.read(marker.deliveryId))) await lanes.remove(marker)
  }
  return { stop: 'held' }
}

/** ISO times in UTC sort as text. */
const stopOf = ({ state, leaseUntil, nextAttemptAt }: Delivery, at: string): Stopped | undefined => {
  if (state === 'delivering') return leaseUntil && leaseUntil > at ? { stop: 'held', dueAt: leaseUntil } : undefined
  return nextAttemptAt && nextAttemptAt > at ? { stop: 'not-due', dueAt: nextAttemptAt } : undefined
}

/** @returns undefined if the delivery could not be leased, so that the caller must look at the lane again */
const take = async (
  services: DeliveringServices,
  delivery: Delivery,
  destination: Destination,
  options: TakeOptions,
): Promise<Taken | undefined> => {
  const { ledger, plans, now, newLease } = services
  const message = (await plans.read(delivery.messageId))?.message
  if (await resolveDoubt(services, { delivery, message, destination, options })) return undefined
  const at = now()
  const startedAt = at.toISOString()
  const lease = newLease()
  const until = new Date(at.getTime() + options.seconds * 1000).toISOString()
  const taken = claimed(delivery, { lease, until, at: startedAt })
  if (!(await ledger.replace(delivery, taken))) return undefined
  const refusal = refusalOf(message, destination)
  if (message && !refusal) return { taken, message }

  const outcome = refusal ?? mailExpired
  const { doubt } = destination
  const { idempotency } = options
  await settleDelivery(services, taken.deliveryId, { lease, outcome, startedAt, milliseconds: 0, doubt, idempotency })
  return undefined
}

/** @returns why the message cannot be handed over to the destination, if it cannot */
const refusalOf = (message: Message | undefined, destination: Destination): Outcome | undefined => {
  if (message?.erased) return mailErased
  return message && message.size > destination.limits.largestSize ? tooLarge(message, destination) : undefined
}
