import { nextRevision } from '../handover/ledger/changes.ts'
import { type Delivery, isEnded } from '../handover/ledger/delivery.ts'
import { handled } from '../handover/ledger/transitions.ts'
import type { Reason } from '../reasons/reason.ts'

const erasedCode = 'message-erased'
const erasedDetail = 'The message was erased.'

/**
 * Ends a delivery whose message is erased, and removes the words of receivers and people, which may quote the message.
 * The outcome of each attempt and the ticket number stay.
 *
 * @param delivery one without an attempt in progress
 * @returns undefined if nothing has to change
 */
export const erasedDelivery = (delivery: Delivery, by: string, at: string): Delivery | undefined => {
  if (isErased(delivery)) return undefined
  const reason: Reason = {
    code: erasedCode,
    detail: `${by} erased the message.`,
    remedy: 'No action is required.',
  }
  const next = isEnded(delivery) ? ended(delivery, reason) : handled(delivery, at, reason)
  const { ticket } = delivery.remote ?? {}
  const { remote: _remote, ...rest } = next
  return {
    ...rest,
    attempts: delivery.attempts.map((attempt) => ({ ...attempt, detail: erasedDetail })),
    ...(ticket !== undefined && { remote: { ticket } }),
  }
}

const isErased = ({ state, reason, attempts, remote }: Delivery): boolean =>
  attempts.every(({ detail }) => detail === erasedDetail) &&
  remote?.url === undefined &&
  remote?.result === undefined &&
  (state === 'delivered' || (state === 'handled' && reason?.code === erasedCode))

/** A delivery that has ended keeps its state and the time of its end, on which its expiry depends. */
const ended = (delivery: Delivery, reason: Reason): Delivery => ({
  ...nextRevision(delivery, delivery.changedAt),
  ...(delivery.state === 'handled' && { reason }),
})
