import type { Account } from '../accounts/account.ts'
import type { Run } from '../runs/run.ts'
import type { StatusChange } from '../schedule/account-status-store.ts'
import { type FetchFailure, failureOf, fetchFailures } from './failures.ts'
import { logStorageFailure, recordFailure, recordSuccess } from './report/record-outcome.ts'
import type { RunLog } from './report/run-log.ts'
import type { FetchServices } from './services.ts'
import type { Session } from './session.ts'
import { reportTooLarge } from './status/next-status.ts'
import { listedNextTime } from './status/position.ts'

/** Records the end of a session, and then either queues the next part of the run or records the end of the run. */
export const continueOrEnd = async (
  session: Session,
  change: StatusChange,
  failure: FetchFailure | undefined,
): Promise<Run> => {
  const { services, log, account } = session.part
  log.session(session.mailbox.roundTrips, change.oldestWaitingAt)
  reportTooLarge(session)
  reportBalance(log)
  if (failure) return await failPart(services, log, account, failure, change)
  try {
    return (await continued(session, change)) ?? (await recordSuccess(services, log, change))
  } catch (error) {
    const reason = failureOf(error, account.accountId)
    if (!reason) throw error
    logStorageFailure(services, log, error)
    return await recordFailure(services, log, 'failed', reason, change)
  }
}

/**
 * Records a failed run. If only consent helps, it first notifies admins. Runs pause until someone consents only after
 * this notification was sent. Until then, each run tries to send it again.
 */
export const failPart = async (
  services: FetchServices,
  log: RunLog,
  account: Account,
  failure: FetchFailure,
  change?: StatusChange,
): Promise<Run> => {
  const notified = failure.cure !== 'consent' || (await notify(services, log, account, failure))
  return await recordFailure(services, log, 'failed', notified ? failure : { ...failure, cure: 'waiting' }, change)
}

const notify = async (
  services: FetchServices,
  log: RunLog,
  account: Account,
  failure: FetchFailure,
): Promise<boolean> => {
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
  const { services, log, account } = session.part
  const { accountId } = account
  const { runId, parts, counts, conversation } = log.run
  if (session.interruption === undefined || (counts.left === 0 && session.listedAll)) return undefined
  log.event('interrupted', interruptionWords[session.interruption])
  if (!session.cameFurther) return undefined
  const current = await services.accounts.read(accountId)
  if (current?.validity !== 'valid') return undefined
  log.takeBack(session.countedAgain(listedNextTime(session, change.resume ?? {})))
  await services.statuses.change(accountId, change)
  await services.runs.save(log.run)
  const refused = await services.queue.send([
    { kind: 'cont', accountId, runId, part: parts + 1, ...(conversation && { debug: true }) },
  ])
  return refused.length === 0
    ? log.run
    : await recordFailure(services, log, 'failed', fetchFailures.queueRefused, change)
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
