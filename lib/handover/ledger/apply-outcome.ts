import { type Reason, reasonOf } from '../../reasons/reason.ts'
import { cutTo, printable } from '../../text/printable.ts'
import { changed, nextRevision } from './changes.ts'
import { type Attempt, attemptsKept, type Delivery, isEnded, longestDetail } from './delivery.ts'
import type { Idempotency, Outcome } from './outcome.ts'
import { nextAttemptAfter } from './retry-times.ts'

/** What happens to a delivery in doubt at its destination. */
interface DoubtRules {
  readonly doubt: 'repeat' | 'ask'
  readonly idempotency: Idempotency
}

interface Settlement extends DoubtRules {
  /** The lease under which the attempt was made. */
  readonly lease: string
  readonly outcome: Outcome
  readonly startedAt: string
  readonly milliseconds: number
  readonly at: string
  /** From 0 to below 1. It spreads the next attempts. */
  readonly random: number
}

/**
 * Applies the outcome of an attempt. A success counts whenever it arrives, because it is a fact. A failure counts
 * unless another attempt has begun since.
 * @returns the next revision; `already-ended` if the outcome changes nothing, because the delivery has ended or the
 * lease was settled before; or `unknown-lease`
 */
export const settled = (delivery: Delivery, settlement: Settlement): Delivery | 'already-ended' | 'unknown-lease' => {
  const { lease, outcome, at } = settlement
  if (!delivery.leases.includes(lease)) return 'unknown-lease'
  if (isEnded(delivery)) return 'already-ended'
  if (outcome.result !== 'delivered') {
    if (isReported(delivery, lease)) return 'already-ended'
    if (!isLatest(delivery, lease)) return 'unknown-lease'
  }
  const next = { ...nextRevision(delivery, at), attempts: attemptsWith(delivery, settlement) }
  if (outcome.result === 'delivered')
    return { ...next, state: 'delivered', dueAt: at, ...(outcome.remote && { remote: outcome.remote }) }
  if (outcome.result === 'in-doubt') return inDoubt(next, settlement, outcome)
  // The destination's circuit decides when it is tried again.
  if (outcome.scope === 'destination') return { ...next, state: 'pending', dueAt: at, reason: whyOf(outcome) }
  const counted = withFailure(next, settlement.startedAt)
  if (outcome.result === 'permanent') return quarantined(counted, whyOf(outcome), at)
  return backedOff(counted, settlement, outcome)
}

interface Doubt extends DoubtRules {
  readonly at: string
  readonly random: number
}

/**
 * Applies the end of a lease without an outcome, or the answer of a receiver that was asked and does not know.
 * @throws TypeError unless `allows('doubted', …)`
 */
export const doubted = (delivery: Delivery, { at, random, doubt, idempotency }: Doubt): Delivery => {
  const { lease, changedAt: startedAt } = delivery
  const next = changed('doubted', delivery, at)
  const rules = { at, random, startedAt, doubt, idempotency }
  if (lease === undefined) return inDoubt(next, rules, unknownToReceiver)
  const milliseconds = Date.parse(at) - Date.parse(startedAt)
  const attempts = attemptsWith(delivery, { lease, startedAt, milliseconds, outcome: leaseOver })
  return inDoubt({ ...next, attempts }, rules, leaseOver)
}

/** The pause before a repeat that may create a second ticket. A late acknowledgement usually arrives within it. */
const doubtPause = 15 * 60_000

const leaseOver: Outcome = {
  result: 'in-doubt',
  scope: 'message',
  code: 'lease-over',
  detail: 'The attempt did not report an outcome in time, so the receiver may or may not have received the message.',
  remedy:
    'Look for the message in the ticket system. If it is there, mark the delivery as handled. Otherwise, try again.',
  bytes: 0,
}
const unknownToReceiver: Outcome = {
  ...leaseOver,
  code: 'lookup-failed',
  detail: 'The receiver could not be asked whether it has the message.',
}

type Rules = Pick<Settlement, 'at' | 'random' | 'startedAt' | 'doubt' | 'idempotency'>

const inDoubt = (next: Delivery, rules: Rules, outcome: Outcome): Delivery => {
  const { at, doubt, idempotency, startedAt } = rules
  // Time-outs of a destination that fails do not use up a message's attempts.
  const counted = outcome.scope === 'destination' ? next : withFailure(next, startedAt)
  const marked: Delivery = { ...counted, possiblyDoubled: true }
  switch (idempotency) {
    case 'key':
    case 'message-id':
      // A repeat is harmless. However, a message that ends its worker each time must not be repeated in a loop.
      return outcome.scope === 'destination' || !next.possiblyDoubled
        ? { ...marked, state: 'pending', dueAt: at, reason: whyOf(outcome) }
        : backedOff(marked, rules, outcome)
    case 'lookup':
      return backedOff(counted, rules, outcome, 'in-doubt')
    case 'none': {
      if (doubt === 'ask' || next.possiblyDoubled) return quarantined(marked, whyOf(outcome), at)
      const nextAttemptAt = new Date(Date.parse(at) + doubtPause).toISOString()
      return { ...marked, state: 'in-doubt', nextAttemptAt, dueAt: nextAttemptAt, reason: whyOf(outcome) }
    }
  }
}

const backedOff = (
  counted: Delivery,
  { at, random, startedAt }: Pick<Rules, 'at' | 'random' | 'startedAt'>,
  outcome: Outcome,
  state: 'waiting' | 'in-doubt' = 'waiting',
): Delivery => {
  const { attemptCount, firstAttemptAt = startedAt } = counted
  const { retryAfter } = outcome
  const nextAttemptAt = nextAttemptAfter({ attemptCount, firstAttemptAt, at, random, retryAfter })
  if (nextAttemptAt === undefined) return quarantined(counted, gaveUp(outcome), at)
  return { ...counted, state, nextAttemptAt, dueAt: nextAttemptAt, reason: whyOf(outcome) }
}

const quarantined = (next: Delivery, reason: Reason, at: string): Delivery => ({
  ...next,
  state: 'quarantined',
  reason,
  dueAt: at,
})

const withFailure = (next: Delivery, startedAt: string): Delivery => ({
  ...next,
  attemptCount: next.attemptCount + 1,
  firstAttemptAt: next.firstAttemptAt ?? startedAt,
})

const gaveUp = (outcome: Outcome): Reason => ({
  code: 'gave-up',
  detail: keptText(`The receiver has not accepted the message for five days. The last answer: ${outcome.detail}`),
  remedy: keptText(`${outcome.remedy} Then try again.`),
})

/** Whether the lease is the last one, and only its end is known. */
const isLatest = ({ leases, state }: Delivery, lease: string): boolean =>
  leases.at(-1) === lease && (state === 'delivering' || state === 'in-doubt')

const isReported = ({ attempts }: Delivery, lease: string): boolean =>
  attempts.some((attempt) => attempt.lease === lease && attempt.code !== leaseOver.code)

/** A report replaces the note that the lease ended without one. */
const attemptsWith = (
  { attempts }: Delivery,
  { lease, startedAt, milliseconds, outcome }: Pick<Settlement, 'lease' | 'startedAt' | 'milliseconds' | 'outcome'>,
): Attempt[] => {
  const { result, code, detail, bytes } = outcome
  const attempt = { at: startedAt, lease, milliseconds, result, code, detail: keptText(detail), bytes }
  const others = attempts.filter((earlier) => earlier.lease !== lease || earlier.code !== leaseOver.code)
  return [...others, attempt].slice(-attemptsKept)
}

const whyOf = (outcome: Outcome): Reason => {
  const { code, detail, remedy } = reasonOf(outcome)
  return { code, detail: keptText(detail), remedy: keptText(remedy) }
}

const keptText = (text: string): string => cutTo(printable(text), longestDetail)
