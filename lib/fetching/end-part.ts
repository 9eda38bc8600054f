import type { AccountStatus } from '../accounts/account-status.ts'
import type { Run } from '../runs/run.ts'
import { checkAgainAfter, checkAgainAt, dueAt, type StatusChange } from '../schedule/account-status-store.ts'
import { nextFetchAfter, slotInCadence, statusOfEndedRun } from '../schedule/ended-run.ts'
import { type FetchFailure, failureOf, fetchFailures, StorageFailure } from './failures.ts'
import type { FetchServices, Part } from './part.ts'
import type { RunLog } from './run-log.ts'
import type { Session } from './session.ts'
import { listedNextTime, reportTooLarge } from './status.ts'

/** Records the end of a session, and then either queues the next part of the run or records the end of the run. */
export const continueOrEnd = async (
  session: Session,
  change: StatusChange,
  failure: FetchFailure | undefined,
): Promise<Run> => {
  const { part } = session
  const { log } = part
  log.session(session.mailbox.roundTrips, change.oldestWaitingAt)
  reportTooLarge(session)
  reportBalance(log)
  if (failure) return await failPart(part, failure, change)
  try {
    const open = await continued(session, change)
    if (open) return open
    log.end('done')
    return await recordEnd(part, change)
  } catch (error) {
    const reason = failureOf(error, part.account.accountId)
    if (!reason) throw error
    logStorageFailure(part, error)
    return await recordFailure(part, 'failed', reason, change)
  }
}

/**
 * Records a failed run. If only consent helps, it first notifies admins. Runs pause until someone consents only after
 * this notification was sent. Until then, each run tries to send it again.
 */
export const failPart = async (part: Part, failure: FetchFailure, change?: StatusChange): Promise<Run> => {
  const notified = failure.cure !== 'consent' || (await notify(part, failure))
  return await recordFailure(part, 'failed', notified ? failure : { ...failure, cure: 'waiting' }, change)
}

const notify = async ({ services, log, account }: Part, failure: FetchFailure): Promise<boolean> => {
  try {
    await services.announceLostConsent(account, failure)
    return true
  } catch {
    log.event(
      'notice-failed',
      'Postmaster could not send the notification that this account needs consent. The next run tries again.',
    )
    return false
  }
}

/**
 * Queues the next part if work is left and this part made progress. The next part starts at once, in a new invocation
 * with a new session.
 */
const continued = async (session: Session, change: StatusChange): Promise<Run | undefined> => {
  const { part } = session
  const { services, log } = part
  const { accountId } = part.account
  const { runId, parts, counts, conversation } = log.run
  if (session.interruption === undefined || (counts.left === 0 && session.listedAll)) return undefined
  log.event('interrupted', interruptionWords[session.interruption])
  if (!session.cameFurther) return undefined
  const current = await services.accounts.read(accountId)
  if (current?.validity !== 'valid') return undefined
  log.takeBack(session.countedAgain(listedNextTime(session, change.resume ?? {})))
  await services.statuses.change(accountId, { ...change, ...slotsTakenBy(log.run) })
  await services.runs.save(log.run)
  const refused = await services.queue.send([
    { kind: 'cont', accountId, runId, part: parts + 1, ...(conversation && { debug: true }) },
  ])
  return refused.length === 0 ? log.run : await recordFailure(part, 'failed', fetchFailures.queueRefused, change)
}

const interruptionWords = {
  time: 'This part of the run ran out of time. The remaining messages stay on the server.',
  'account-changed':
    'Someone changed or deleted the account while it was being fetched. Postmaster ended this session.',
  'uidls-changed':
    'The server gave the messages new UIDLs during the fetch. Postmaster lists them again and compares their bytes.',
  'too-many': 'The mailbox contains more messages than one part of a run can process.',
} as const

/** Every message found must be accounted for. A gap is a defect in Postmaster, so it is reported to the admin. */
const reportBalance = (log: RunLog): void => {
  const { found, stored, alreadyKnown, skipped, left } = log.run.counts
  const missing = found - stored - alreadyKnown - skipped - left
  if (missing !== 0) log.event('counts-do-not-balance', `${missing} messages are unaccounted for. Please report this.`)
}

/** A run can also fail before one of its parts begins. Its status is then read. */
type Recorder = Pick<Part, 'services' | 'log'> & { readonly status?: AccountStatus | undefined }

/** Logs a store's error for operators. The run's record shows only the error's name. */
export const logStorageFailure = ({ services, log }: Recorder, error: unknown): void => {
  if (!(error instanceof StorageFailure)) return
  const { runId, accountId } = log.run
  services.logError(error.message, error, { runId, accountId })
}

/**
 * Records a failed run in the run's record and in the account's status, with the time of the next attempt. If only
 * consent helps, no attempt is scheduled. The account is then checked once a day, and a new consent starts a fetch at
 * once.
 */
export const recordFailure = async (
  recorder: Recorder,
  state: 'failed' | 'crashed',
  failure: FetchFailure,
  change: StatusChange = {},
): Promise<Run> => {
  recorder.log.end(state, failure)
  return await recordEnd(recorder, change, failure.cure)
}

/**
 * Writes the status and the record side by side. If the status table fails, the run is saved anyway. Otherwise, it would
 * still appear to be running. Both writes end before a failure is reported, so that none overtakes a later write.
 */
const recordEnd = async (
  { services, log, status }: Recorder,
  change: StatusChange,
  cure?: FetchFailure['cure'],
): Promise<Run> => {
  const writes = [changeStatus(services, log.run, status, change, cure), services.runs.save(log.run)]
  await Promise.allSettled(writes)
  await Promise.all(writes)
  return log.run
}

const changeStatus = async (
  { statuses, tickMinutes, now }: FetchServices,
  run: Run,
  known: AccountStatus | undefined,
  change: StatusChange,
  cure: FetchFailure['cure'] = 'waiting',
): Promise<void> => {
  const { accountId, slot } = run
  const before = known ?? (await statuses.read(accountId))
  const ended = statusOfEndedRun(run, before)
  const since = slot === undefined ? slotInCadence(now().getTime(), before?.nextFetchAt, tickMinutes) : Date.parse(slot)
  const schedule =
    cure === 'consent'
      ? checkAgainAt(accountId, new Date(now().getTime() + checkAgainAfter).toISOString())
      : dueAt(accountId, nextFetchAfter(since, tickMinutes, ended.lastError?.consecutive ?? 0, cure), before)
  await statuses.change(accountId, { ...change, ...ended, ...schedule, ...slotsTakenBy(run) })
}

/** A scheduled run covers all ticks up to its start, but a crashed one only its own, because nothing was fetched. */
const slotsTakenBy = ({ slot, parts, state, startedAt = '' }: Run): StatusChange => {
  // A later part may have waited behind a newer tick, which has taken a later slot.
  if (slot === undefined || parts !== 1) return {}
  // This function's clock may be behind the clock that timestamped the event.
  return { lastSlot: state !== 'crashed' && startedAt > slot ? startedAt : slot }
}
