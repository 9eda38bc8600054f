import { mailboxUserOf } from '../../accounts/mailbox-key.ts'
import { OAuth2Error, remedyFor } from '../oauth2-error.ts'
import type { AuthorizationAnswer } from './authorization-answer.ts'
import { type Arrival, type ConnectServices, connect } from './connect.ts'
import { attemptFailures, ConsentFailure } from './consent-failure.ts'
import { attemptLifetime } from './consent-limits.ts'
import { ConsentRefusal, consentRefusals } from './consent-refusal.ts'
import { type Attempt, attemptIdOf, attemptKeyOf, type Ticket } from './consent-rows.ts'
import { type BrowserBinding, bindingHash } from './consent-secrets.ts'
import type { AttemptCompleter, AttemptReader } from './consent-store.ts'
import type { About, FailedOutcome, Outcome } from './outcome.ts'
import { type Setup, stillAsked } from './still-asked.ts'

export interface CompleteServices extends ConnectServices {
  readonly consents: ConnectServices['consents'] & AttemptReader & AttemptCompleter
  /** Called for unexpected errors. */
  readonly onDefect: (error: unknown) => void
}

export interface Completion {
  /** The id for reading the outcome. */
  readonly attemptId: string
  /** Absent if another request is completing the attempt, or already has. */
  readonly outcome?: Outcome
}

/**
 * Completes a round trip and stores its outcome for the page that follows. One conditional write takes the state before
 * the response is used, so that a second request finds it taken.
 * @throws ConsentRefusal `attempt-unknown`, `other-browser`: nothing was taken
 */
export const completeConsent = async (
  answer: AuthorizationAnswer,
  binding: BrowserBinding | undefined,
  services: CompleteServices,
  signal: AbortSignal,
): Promise<Completion> => {
  const { consents, now } = services
  const attemptId = attemptIdOf(answer.state)
  const key = attemptKeyOf(attemptId)
  const attempt = binding && (await consents.takeAttempt(key, bindingHash(binding), now()))
  if (!binding || !attempt) {
    assertTakenBefore(binding, await consents.readAttempt(key))
    return { attemptId }
  }
  const outcome = await outcomeOf({ answer, binding, attempt }, services, signal)
  const ended = now()
  if (outcome.kind === 'failed') {
    const { code, detail, remedy } = outcome
    await consents.noteFailure(attempt.ticketKey, { code, detail, remedy, at: ended.toISOString() })
  }
  await consents.settleAttempt(key, outcome, Math.floor(ended.getTime() / 1000) + attemptLifetime)
  return { attemptId, outcome }
}

/** Accepts an attempt that this browser took before. @throws ConsentRefusal for any other attempt */
const assertTakenBefore = (binding: BrowserBinding | undefined, attempt: Attempt | undefined): void => {
  if (!attempt) throw new ConsentRefusal('attempt-unknown')
  if (!binding || attempt.browserHash !== bindingHash(binding)) throw new ConsentRefusal('other-browser')
  if (attempt.takenAt === undefined) throw new ConsentRefusal('attempt-unknown')
}

const outcomeOf = async (arrival: Arrival, services: CompleteServices, signal: AbortSignal): Promise<Outcome> => {
  let about: About | undefined
  let ticket: Ticket | undefined
  try {
    ticket = await services.consents.readTicket(arrival.attempt.ticketKey)
    if (!ticket) throw new ConsentFailure(attemptFailures['link-gone'])
    if (ticket.usedAt !== undefined) throw new ConsentFailure(attemptFailures['link-used-meanwhile'])
    const setup = await stillAsked(ticket, services)
    about = aboutOf(ticket, setup)
    return await connect(arrival, ticket, setup, about, services, signal)
  } catch (error) {
    const told = toldOf(error, services)
    const remedy = ticket ? remedyFor(told.remedy, ticket.accountId) : told.remedy
    return { kind: 'failed', ...(about && { about }), ...told, remedy }
  }
}

const aboutOf = ({ requestedBy, requestedBySub, returnTo }: Ticket, { account, provider }: Setup): About => ({
  username: account.username,
  mailbox: mailboxUserOf(account),
  providerName: provider.name,
  requestedBy,
  ...(requestedBySub !== undefined && { requestedBySub }),
  ...(returnTo !== undefined && { returnTo }),
})

const toldOf = (error: unknown, { onDefect }: CompleteServices): Omit<FailedOutcome, 'kind' | 'about'> => {
  if (error instanceof ConsentFailure) return { ...error.told, ...error.more }
  if (error instanceof OAuth2Error) {
    const { code, detail, remedy } = error.finding
    return { code, detail, remedy }
  }
  if (error instanceof ConsentRefusal) {
    const { detail, remedy } = consentRefusals[error.code]
    return { code: error.code, detail, remedy }
  }
  onDefect(error)
  return attemptFailures.interrupted
}
