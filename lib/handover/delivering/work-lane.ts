import type { DynamoDestinations } from '../destinations/destination-store.ts'
import { type Delivery, leftLane } from '../ledger/delivery.ts'
import { allows, handled } from '../ledger/transitions.ts'
import type { Wake, WakeQueue } from '../planning/wake.ts'
import { type AttemptServices, attempt, type LaneAttempt, lookUpWith } from './attempt.ts'
import type { DeliveringServices } from './delivering-services.ts'
import { finishDelivery } from './finish-delivery.ts'
import { settleDelivery } from './settle-delivery.ts'
import { headOf, takeHead } from './take-head.ts'

export interface LaneServices extends DeliveringServices, AttemptServices {
  readonly destinations: Pick<DynamoDestinations, 'read'>
  readonly wakes: WakeQueue
  readonly onAttempt: (attempt: LaneAttempt) => void
}

/** Other conversations of the same message group wait while this one is worked on. */
const mostDeliveries = 20
/** In milliseconds. No attempt starts later. The function's timeout must cover the last attempt as well. */
const startWithin = 60_000
/** In seconds. A lease outlasts its attempt by this time, which covers the writes and clocks that differ. */
const leaseReserve = 60

/**
 * Hands over a lane's open deliveries, oldest first, until one of them has to wait. If work is left after 20 deliveries
 * or a minute, the lane is woken again.
 */
export const workLane = async (services: LaneServices, wake: Wake): Promise<void> => {
  const end = services.now().getTime() + startWithin
  let last: Delivery | undefined
  for (let count = 0; count < mostDeliveries && services.now().getTime() < end; count += 1) {
    last = await workHead(services, wake, wake.probe === true && count === 0)
    if (!last) return
  }
  if (last) await wakeAgain(services, last)
}

/**
 * @param probe whether an attempt is made even if the circuit is open
 * @returns the delivery that left the lane, or undefined if the lane has to wait or is empty
 */
const workHead = async (services: LaneServices, wake: Wake, probe: boolean): Promise<Delivery | undefined> => {
  const destination = await services.destinations.read(wake.destinationId)
  if (!destination) return await handleOrphan(services, wake.lane)
  // Nothing is written, so the deliveries are due as before once the destination works.
  if (destination.kind === 'pull' || destination.validity !== 'valid') return undefined
  if (!probe && (await services.circuits.read(wake.destinationId))) return undefined

  const adapter = services.adapters[destination.kind]
  const head = await takeHead(services, wake.lane, destination, {
    seconds: destination.limits.timeoutSeconds + leaseReserve,
    idempotency: adapter.idempotency,
    lookUp: lookUpWith(services, adapter, destination),
  })
  if ('stop' in head) return undefined
  const result = await attempt(services, adapter, destination, head)
  const { deliveryId, lease = '' } = head.taken
  const { doubt } = destination
  const settled = await settleDelivery(services, deliveryId, {
    ...result,
    lease,
    doubt,
    idempotency: adapter.idempotency,
  })
  if (typeof settled === 'string') return undefined
  services.onAttempt({ ...result, delivery: settled.delivery })
  return leftLane(settled.delivery) ? settled.delivery : undefined
}

/** A delivery that was planned at the moment when its destination was deleted. No adapter can take it. */
const handleOrphan = async (services: LaneServices, lane: string): Promise<Delivery | undefined> => {
  const head = await headOf(services, lane)
  const at = services.now().toISOString()
  if ('stop' in head || !allows('handled', head, at)) return undefined
  const next = handled(head, at, destinationMissing)
  if (!(await services.ledger.replace(head, next))) return undefined
  await finishDelivery(services, next)
  return next
}

const destinationMissing = {
  code: 'destination-missing',
  detail: 'The destination was deleted before the mail was handed over.',
  remedy: 'If someone still needs the mail, replay it to another destination.',
}

const wakeAgain = async (services: LaneServices, { destinationId, lane, deliveryId, revision }: Delivery) => {
  if (!(await services.lanes.head(lane))) return
  const { limits } = (await services.destinations.read(destinationId)) ?? {}
  const wake = { destinationId, lane, deliveryId, revision, minute: services.now().toISOString() }
  // If the queue refuses the wake, the sweep sends it within a minute, because the deliveries are due.
  await services.wakes.send([{ wake, concurrency: limits?.concurrency ?? 1 }])
}
