import type { Clock } from '../../text/clock.ts'
import { attemptFailures, ConsentRefusal } from './consent-errors.ts'
import { type BrowserBinding, bindingHash } from './consent-secrets.ts'
import {
  attemptKeyOf,
  type ConsentStore,
  completionLimit,
  hasExpired,
  type Outcome,
  ticketStateOf,
} from './consent-store.ts'

export interface OutcomeServices {
  readonly consents: Pick<ConsentStore, 'readAttempt' | 'readTicket'>
  readonly now: Clock
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
  { consents, now }: OutcomeServices,
  attemptId: string,
  binding: BrowserBinding | undefined,
): Promise<ReadOutcome> => {
  const attempt = await consents.readAttempt(attemptKeyOf(attemptId))
  const time = now()
  if (!attempt?.takenAt || hasExpired(attempt, time)) throw new ConsentRefusal('attempt-unknown')
  if (!binding || attempt.browserHash !== bindingHash(binding)) throw new ConsentRefusal('other-browser')
  const isInterrupted = Date.parse(attempt.takenAt) + completionLimit * 1000 < time.getTime()
  const outcome: Outcome | undefined =
    attempt.outcome ?? (isInterrupted ? { kind: 'failed', ...attemptFailures.interrupted } : undefined)
  if (!outcome) return { state: 'going-on' }
  if (outcome.kind === 'connected') return { state: 'ended', outcome, again: false }
  const ticket = await consents.readTicket(attempt.ticketKey)
  return { state: 'ended', outcome, again: ticket !== undefined && ticketStateOf(ticket, time) === 'open' }
}
