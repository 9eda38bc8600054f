import type { Destination } from '../destinations/destination.ts'
import { type Delivery, leftLane } from '../ledger/delivery.ts'
import type { Idempotency, Outcome } from '../ledger/outcome.ts'
import { settled } from '../ledger/transitions.ts'
import type { DeliveringServices } from './delivering-services.ts'
import { finishDelivery } from './finish-delivery.ts'

/** The result of one attempt. */
export interface Settlement {
  readonly lease: string
  readonly outcome: Outcome
  readonly startedAt: string
  readonly milliseconds: number
  /** How the destination treats a delivery in doubt. */
  readonly doubt: Destination['doubt']
  readonly idempotency: Idempotency
}

/**
 * `unknown-lease`: the delivery never had this lease, the lease is older than the last 20, or the outcome is a failure
 * and another attempt has begun since.
 */
export type Settled = { readonly delivery: Delivery } | 'unknown-lease' | 'not-found'

/** A write fails only if another worker or a person changed the row at the same moment. */
const mostTries = 5

/**
 * Records the outcome of an attempt and does what follows from it. A success counts even after the lease ran out,
 * because it is a fact. A repeated report changes nothing.
 * @throws Error if the outcome could not be written in five tries
 */
export const settleDelivery = async (
  services: DeliveringServices,
  deliveryId: string,
  settlement: Settlement,
): Promise<Settled> => {
  const { ledger, now, random } = services
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const read = await ledger.read(deliveryId)
    if (!read) return 'not-found'
    const next = settled(read, { ...settlement, at: now().toISOString(), random: random() })
    if (next === 'already-ended') return { delivery: read }
    if (next === 'unknown-lease') return next
    if (!(await ledger.replace(read, next))) continue
    await setCircuit(services, next, settlement.outcome)
    if (leftLane(next)) await finishDelivery(services, next)
    return { delivery: next }
  }
  throw new Error('The delivery changed during each attempt to write its outcome')
}

/**
 * A failure of the destination itself opens the circuit at once. A success closes it, and so does an answer of the
 * receiver that concerns only the message. A failure that Postmaster found without the receiver says nothing about the
 * receiver.
 */
const setCircuit = async ({ circuits, now }: DeliveringServices, { destinationId }: Delivery, outcome: Outcome) => {
  if (outcome.result !== 'delivered' && outcome.scope === 'destination')
    await circuits.open(destinationId, outcome, now().toISOString(), outcome.suspend === true)
  else if (outcome.result === 'delivered' || outcome.answered)
    if (await circuits.read(destinationId)) await circuits.close(destinationId)
}
