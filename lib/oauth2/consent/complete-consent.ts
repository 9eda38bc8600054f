import type { Account } from '../../accounts/account.ts'
import { mailboxUserOf } from '../../accounts/account-mailbox.ts'
import { ProblemError } from '../../reasons/problem.ts'
import { reasonOf } from '../../reasons/reason.ts'
import { type AccountStatusStore, dueAt } from '../../schedule/account-status-store.ts'
import { queueRun, type RequestRunServices } from '../../schedule/request-runs.ts'
import { addressedTo, OAuth2Error } from '../oauth2-error.ts'
import type { Setup } from '../setup.ts'
import type { AuthorizationAnswer } from './authorization-answer.ts'
import { type Arrival, type ConnectServices, connect } from './connect.ts'
import { attemptFailures, ConsentFailure, ConsentRefusal } from './consent-errors.ts'
import { type BrowserBinding, bindingHash } from './consent-secrets.ts'
import {
  type About,
  type Attempt,
  attemptIdOf,
  attemptKeyOf,
  attemptLifetime,
  type ConnectedOutcome,
  type ConsentStore,
  type FailedOutcome,
  type Outcome,
  requesterOf,
  secondsOf,
  type Ticket,
} from './consent-store.ts'
import { stillAsked } from './still-asked.ts'

export interface CompleteServices extends ConnectServices, Omit<RequestRunServices, 'accounts' | 'catalog'> {
  readonly statuses: Pick<AccountStatusStore, 'change'>
  readonly consents: Omit<ConsentStore, 'addTicket' | 'addAttempt' | 'countAttempt'>
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
  services: CompleteServices,
  answer: AuthorizationAnswer,
  binding: BrowserBinding | undefined,
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
  const outcome = await outcomeOf(services, { answer, binding, attempt }, signal)
  const ended = now()
  if (outcome.kind === 'failed') {
    await consents.noteFailure(attempt.ticketKey, { ...reasonOf(outcome), at: ended.toISOString() })
  }
  await consents.settleAttempt(key, outcome, secondsOf(ended) + attemptLifetime)
  return { attemptId, outcome }
}

/** Accepts an attempt that this browser took before. @throws ConsentRefusal for any other attempt */
const assertTakenBefore = (binding: BrowserBinding | undefined, attempt: Attempt | undefined): void => {
  if (!attempt) throw new ConsentRefusal('attempt-unknown')
  if (!binding || attempt.browserHash !== bindingHash(binding)) throw new ConsentRefusal('other-browser')
  if (attempt.takenAt === undefined) throw new ConsentRefusal('attempt-unknown')
}

const outcomeOf = async (services: CompleteServices, arrival: Arrival, signal: AbortSignal): Promise<Outcome> => {
  let about: About | undefined
  let ticket: Ticket | undefined
  try {
    ticket = await services.consents.readTicket(arrival.attempt.ticketKey)
    if (!ticket) throw new ConsentFailure(attemptFailures['link-gone'])
    if (ticket.usedAt !== undefined) throw new ConsentFailure(attemptFailures['link-used-meanwhile'])
    const setup = await stillAsked(services, ticket)
    about = aboutOf(ticket, setup)
    const { account, ...connected } = await connect(services, arrival, ticket, setup, signal)
    return { ...connected, about, fetch: await fetchAfterwards(services, account, ticket) }
  } catch (error) {
    const told = toldOf(error, services)
    return { kind: 'failed', about, ...(ticket ? addressedTo(ticket.accountId, told) : told) }
  }
}

/**
 * Requests a fetch of the connected account. The account is marked as due first, so that the schedule fetches it at its
 * next tick if the request fails or the job is lost. The grant stays valid in any case.
 */
const fetchAfterwards = async (
  services: CompleteServices,
  account: Account,
  ticket: Ticket,
): Promise<ConnectedOutcome['fetch']> => {
  const { statuses, now, onDefect } = services
  const { accountId } = account
  await statuses.change(accountId, dueAt(accountId, now().toISOString())).catch(onDefect)
  try {
    await queueRun(services, account, requesterOf(ticket))
    return 'asked'
  } catch (error) {
    if (error instanceof ProblemError) return error.code === 'account-not-valid' ? 'not-valid' : 'next-tick'
    onDefect(error)
    return 'next-tick'
  }
}

const aboutOf = ({ requestedBy, requestedBySub, returnTo }: Ticket, { account, provider }: Setup): About => ({
  username: account.username,
  mailbox: mailboxUserOf(account),
  providerName: provider.name,
  requestedBy,
  requestedBySub,
  returnTo,
})

const toldOf = (error: unknown, { onDefect }: CompleteServices): Omit<FailedOutcome, 'kind' | 'about'> => {
  if (error instanceof ConsentFailure) return { ...error.reason, ...error.more }
  if (error instanceof OAuth2Error) return reasonOf(error.finding)
  if (error instanceof ConsentRefusal) return error.reason
  onDefect(error)
  return attemptFailures.interrupted
}
