import type { Delivery, DeliveryState } from './delivery.ts'

/**
 * The states in which each change is possible. A change from another state is a defect of the caller. Reports of
 * outcomes are different, because they come from outside: `settled` answers each of them.
 */
export const allowedFrom = {
  claimed: ['pending', 'waiting', 'in-doubt'],
  /** From `delivering` only once the lease is over. From `in-doubt` if the receiver was asked and did not know. */
  doubted: ['delivering', 'in-doubt'],
  retried: ['waiting', 'in-doubt', 'quarantined'],
  /** From `delivering` only once the lease is over, for example because the destination no longer exists. */
  handled: ['pending', 'delivering', 'waiting', 'in-doubt', 'quarantined'],
  closed: ['delivered', 'handled', 'quarantined'],
  replayed: ['delivered', 'handled', 'quarantined'],
} as const satisfies Record<string, readonly DeliveryState[]>
export type Change = keyof typeof allowedFrom

/** Whether the change is possible. A lease that is in progress stands until it ends. */
export const allows = (change: Change, { state, leaseUntil }: Delivery, at: string): boolean => {
  const states: readonly DeliveryState[] = allowedFrom[change]
  return states.includes(state) && (state !== 'delivering' || leaseUntil === undefined || leaseUntil <= at)
}

/**
 * @returns the next revision, without the fields that belong to the former state
 * @throws TypeError if the change is not possible
 */
export const changed = (change: Change, delivery: Delivery, at: string): Delivery => {
  if (!allows(change, delivery, at)) throw new TypeError(`A delivery that is ${delivery.state} cannot be ${change}`)
  return nextRevision(delivery, at)
}

export const nextRevision = (delivery: Delivery, at: string): Delivery => {
  const { lease, leaseUntil, nextAttemptAt, reason, ...rest } = delivery
  return { ...rest, revision: delivery.revision + 1, changedAt: at }
}
