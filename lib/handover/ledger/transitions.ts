import type { Message } from '../../messages/message.ts'
import { type Reason, reasonOf } from '../../reasons/reason.ts'
import { changed } from './changes.ts'
import { laneOf, placeOf } from './conversation.ts'
import { attemptsKept, type Delivery, deliveryIdOf } from './delivery.ts'

export { doubted, settled } from './apply-outcome.ts'
export { allows, type Change } from './changes.ts'

/**
 * The time after which the sweep looks for the first attempt of a planned delivery, in milliseconds. Usually its wake
 * has arrived long before.
 */
const firstLook = 2 * 60_000

/** @returns the first revision of a delivery */
export const planned = (
  destinationId: string,
  message: Message,
  at: string,
  more: { readonly replays?: 1 | undefined; readonly dueAt?: string | undefined } = {},
): Delivery => ({
  deliveryId: deliveryIdOf(destinationId, message.messageId),
  destinationId,
  messageId: message.messageId,
  lane: laneOf(destinationId, message),
  place: placeOf(message),
  state: 'pending',
  revision: 1,
  plannedAt: at,
  changedAt: at,
  attemptCount: 0,
  attempts: [],
  leases: [],
  ...(more.replays && { replays: more.replays }),
  dueAt: more.dueAt ?? new Date(Date.parse(at) + firstLook).toISOString(),
})

interface Claim {
  readonly lease: string
  /** When the lease ends. */
  readonly until: string
  readonly at: string
}

/** @throws TypeError unless `allows('claimed', …)`; so do the other changes */
export const claimed = (delivery: Delivery, { lease, until, at }: Claim): Delivery => ({
  ...changed('claimed', delivery, at),
  state: 'delivering',
  lease,
  leaseUntil: until,
  leases: [...delivery.leases, lease].slice(-attemptsKept),
  dueAt: until,
})

/** A person asks for an attempt at once. The back-off starts over. */
export const retried = (delivery: Delivery, at: string): Delivery => ({
  ...withoutBackOff(changed('retried', delivery, at)),
  state: 'pending',
  dueAt: at,
})

/** Nothing remains to be done, even if no attempt succeeded. */
export const handled = (delivery: Delivery, at: string, reason: Reason): Delivery => ({
  ...changed('handled', delivery, at),
  state: 'handled',
  reason: reasonOf(reason),
  dueAt: at,
})

/** Everything that follows the end of a delivery, or its quarantine, is done. */
export const closed = (delivery: Delivery, at: string): Delivery => {
  const { dueAt, ...rest } = changed('closed', delivery, at)
  return { ...rest, changedAt: delivery.changedAt, ...(delivery.reason && { reason: delivery.reason }) }
}

/** The message is handed over again. Acknowledgements of earlier leases no longer count. */
export const replayed = (delivery: Delivery, at: string): Delivery => ({
  ...withoutBackOff(changed('replayed', delivery, at)),
  state: 'pending',
  leases: [],
  replays: (delivery.replays ?? 0) + 1,
  dueAt: at,
})

const withoutBackOff = ({ firstAttemptAt, ...delivery }: Delivery): Delivery => ({ ...delivery, attemptCount: 0 })
