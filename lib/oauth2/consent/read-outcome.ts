import { attemptFailures } from './consent-failure.ts'
import { attemptsPerTicket, completionLimit } from './consent-limits.ts'
import { ConsentRefusal } from './consent-refusal.ts'
import { attemptKeyOf } from './consent-rows.ts'
import { type BrowserBinding, bindingHash } from './consent-secrets.ts'
import type { AttemptReader, TicketReader } from './consent-store.ts'
import type { Outcome } from './outcome.ts'

export interface OutcomeServices {
  readonly consents: AttemptReader & TicketReader
  readonly now: () => Date
}

export type ReadOutcome =
  /** Another request is completing it. */
  | { readonly state: 'going-on' }
  /** `again`: true if the link can be tried again. */
  | { readonly state: 'ended'; readonly outcome: Outcome; readonly again: boolean }

/**
 * Returns a round trip's outcome to the browser that began it.
 * @throws ConsentRefusal `attempt-unknown`, `other-browser`
 */
export const readOutcome = async (
  attemptId: string,
  binding: BrowserBinding | undefined,
  { consents, now }: OutcomeServices,
): Promise<ReadOutcome> => {
  const attempt = await consents.readAttempt(attemptKeyOf(attemptId))
  const time = now().getTime()
  if (!attempt?.takenAt || attempt.expiresAt * 1000 <= time) throw new ConsentRefusal('attempt-unknown')
  if (!binding || attempt.browserHash !== bindingHash(binding)) throw new ConsentRefusal('other-browser')
  const isInterrupted = Date.parse(attempt.takenAt) + completionLimit * 1000 < time
  const outcome: Outcome | undefined =
    attempt.outcome ?? (isInterrupted ? { kind: 'failed', ...attemptFailures.interrupted } : undefined)
  if (!outcome) return { state: 'going-on' }
  if (outcome.kind === 'connected') return { state: 'ended', outcome, again: false }
  const ticket = await consents.readTicket(attempt.ticketKey)
  const again =
    ticket !== undefined &&
    ticket.usedAt === undefined &&
    ticket.expiresAt * 1000 > time &&
    ticket.attempts < attemptsPerTicket
  return { state: 'ended', outcome, again }
}
