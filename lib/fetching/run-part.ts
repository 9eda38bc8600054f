import type { Account } from '../accounts/account.ts'
import type { AccountStatus } from '../accounts/account-status.ts'
import { type Mailbox, UidlsChanged } from '../mailbox/mailbox.ts'
import type { Run } from '../runs/run.ts'
import type { StatusChange } from '../schedule/account-status-store.ts'
import { errorNameOf, type FetchFailure, failureOf, fetchFailures, StorageFailure } from './failures.ts'
import { closeMailbox, fetchMailbox } from './fetch-chunks.ts'
import { limits } from './limits.ts'
import { goesByContent } from './listing/uidl-watch.ts'
import { asksOneByOne, rememberBrokenPipelining } from './one-by-one.ts'
import { needsNewSession, openAccount } from './open-account.ts'
import { type FetchContext, mailboxIdentityOf } from './part.ts'
import { logStorageFailure, recordFailure, recordSuccess } from './report/record-outcome.ts'
import type { RunLog } from './report/run-log.ts'
import { SessionReport } from './report/session-report.ts'
import type { FetchDeadline, FetchServices } from './services.ts'
import { FetchSession } from './session-progress.ts'
import { listAfter, listedNextTime, reportTooLarge, statusAfterSession } from './status/next-status.ts'

/** Executes one part of a run: opens the mailbox, fetches, closes it and records the outcome. */
export const accountRun = async (
  services: FetchServices,
  deadline: FetchDeadline,
  log: RunLog,
  account: Account,
): Promise<Run> => {
  const status = await statusAtStart(services, account, log.run)
  const report = new SessionReport(services, log, account)
  let mailbox: Mailbox
  try {
    mailbox = await openAccount(services, account, deadline.signal, report, {
      ignoreUidls: goesByContent(account, status),
      oneByOne: asksOneByOne(account, status, services.now()),
    })
    report.opened(mailbox, account)
  } catch (error) {
    await report.end()
    if (report.pipeliningBroke) await rememberBrokenPipelining(services, log, account)
    const reason = failureOf(error, account.accountId)
    if (!reason) throw error
    // Our own deadline interrupted the opening, so the connection's error is only a consequence.
    const late = deadline.signal.aborted && !storeFailed(error)
    const failure = late ? fetchFailures.openingTooSlow : reason
    logStorageFailure({ services, log }, error)
    return await recordFailure(services, log, 'failed', await announced(services, log, account, failure))
  }
  try {
    return await withMailbox(
      { services, deadline, log, account, uidValidity: mailbox.uidValidity },
      status,
      mailbox,
      report,
    )
  } finally {
    // After an error the mailbox is still open. The server must not hold its lock until Lambda thaws this process.
    await mailbox.close()
  }
}

const withMailbox = async (
  opened: Omit<FetchContext, 'compareContent' | 'listedUids'>,
  before: AccountStatus,
  mailbox: Mailbox,
  report: SessionReport,
): Promise<Run> => {
  const { services, log, account } = opened
  const status = await statusOfMailbox(services, account, before, mailbox)
  if (lacksUidValidity(mailbox) && mailbox.messageCount > 0) log.event('no-uid-validity', noUidValidityWords)
  const context = { ...opened, compareContent: status.compareContent ?? false, listedUids: new Set<string>() }
  const session = new FetchSession(context, mailbox, status)
  const failure = await fetchAndClose(context, session, listAfter(account, status, mailbox))
  await report.end(mailbox)
  if (report.pipeliningBroke) await rememberBrokenPipelining(services, log, account)
  const change = statusAfterSession(session, { failure, now: services.now() })
  log.session(mailbox.roundTrips, change.oldestWaitingAt)
  reportTooLarge(session)
  reportBalance(log)
  if (failure)
    return await recordFailure(services, log, 'failed', await announced(services, log, account, failure), change)
  try {
    return (await continued(context, session, change)) ?? (await recordSuccess(services, log, change))
  } catch (error) {
    const reason = failureOf(error, account.accountId)
    if (!reason) throw error
    logStorageFailure(context, error)
    return await recordFailure(services, log, 'failed', reason, change)
  }
}

const lacksUidValidity = ({ protocol, uidValidity }: Mailbox): boolean =>
  protocol === 'imap' && uidValidity === undefined

const noUidValidityWords =
  'The server does not report a UIDVALIDITY for this folder, so its UIDs may refer to different messages in the next ' +
  'session. Postmaster recognises messages by their bytes. Two messages with the same bytes count as one, and every run ' +
  'downloads the mail that stays on the server.'

/**
 * Adds the messages that were in flight when an earlier run crashed to the known suspects. A run that a person requests
 * gives every message another chance.
 */
const statusAtStart = async (
  { statuses }: FetchServices,
  { accountId }: Account,
  { trigger, parts }: Run,
): Promise<AccountStatus> => {
  const before = (await statuses.read(accountId)) ?? { accountId }
  const { inFlight, deaths, ignoredRemovals, ...status } = before
  const suspects = [...new Set([...(status.suspects ?? []), ...(inFlight ?? [])])].slice(-limits.suspects)
  // Only in the first part of a run. Otherwise, each later part would try the same messages again.
  const forgiven = trigger === 'request' && parts === 1
  const remembered = forgiven ? {} : { ...(deaths && { deaths }), ...(ignoredRemovals && { ignoredRemovals }) }
  if (inFlight || (forgiven && (deaths || ignoredRemovals)))
    await statuses.change(accountId, {
      deaths: undefined,
      ignoredRemovals: undefined,
      ...remembered,
      inFlight: undefined,
      suspects,
    })
  return { ...status, ...(suspects.length > 0 && { suspects }), ...remembered }
}

/** The status fields that refer to UIDs. They lose their meaning when the mailbox's identity changes. */
const heldByUid = {
  keepWatermark: undefined,
  keepExceptions: undefined,
  largerThanListed: undefined,
  suspects: undefined,
  deaths: undefined,
  ignoredRemovals: undefined,
  oldestWaitingUid: undefined,
  removalUnconfirmed: undefined,
  knownOnServer: undefined,
  uidls: undefined,
} satisfies StatusChange

/**
 * Records which mailbox this run has opened. This happens before the run stores anything, so that a crash cannot hide a
 * change of mailbox.
 *
 * @returns the status that applies to this mailbox. After a change of identity, all fields that refer to UIDs are reset
 *   and `compareContent` is set, so that messages with known bytes are not announced again.
 */
const statusOfMailbox = async (
  { statuses }: FetchServices,
  account: Account,
  status: AccountStatus,
  mailbox: Mailbox,
): Promise<AccountStatus> => {
  const mailboxIdentity = mailboxIdentityOf(account, mailbox.uidValidity)
  // An empty folder needs no UIDVALIDITY. A missing one does not invalidate the known UIDs.
  if (lacksUidValidity(mailbox) && mailbox.messageCount === 0) return status
  if (status.mailboxIdentity === mailboxIdentity) return status
  const first = status.mailboxIdentity === undefined
  const change: StatusChange = first ? { mailboxIdentity } : { mailboxIdentity, ...heldByUid, compareContent: true }
  await statuses.change(account.accountId, change)
  if (first) return { ...status, mailboxIdentity }
  const held = new Set(Object.keys(heldByUid))
  const rest = Object.fromEntries(Object.entries(status).filter(([name]) => !held.has(name)))
  return { ...rest, accountId: account.accountId, mailboxIdentity, compareContent: true }
}

const fetchAndClose = async (
  context: FetchContext,
  session: FetchSession,
  after: string | undefined,
): Promise<FetchFailure | undefined> => {
  const failure = await failureIn(session, () => fetchMailbox(session, after, () => accountStillWanted(context)))
  const usable = failure === undefined || failure.code === 'storage-failed'
  const over = session.interruption === 'account-changed' || session.interruption === 'uidls-changed'
  const atClose = await failureIn(session, () =>
    closeMailbox(session, usable && !context.deadline.signal.aborted && !over),
  )
  return failure ?? atClose ?? stuckIn(session)
}

/** @returns a failure if this part ran out of time without progress, because the next run would get no further */
const stuckIn = ({ context, interruption, cameFurther, listedAll }: FetchSession): FetchFailure | undefined => {
  if (interruption !== 'time' || cameFurther) return undefined
  if (!listedAll) return fetchFailures.listingTooSlow
  return context.log.run.counts.left > 0 ? fetchFailures.tooSlow : undefined
}

/** False for a store that our own deadline aborted, because that store did not fail. */
const storeFailed = (error: unknown): boolean => error instanceof StorageFailure && errorNameOf(error) !== 'AbortError'

/** @returns an expected failure. A session that our own deadline ended counts as interrupted, not as failed. */
const failureIn = async (session: FetchSession, work: () => Promise<void>): Promise<FetchFailure | undefined> => {
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof UidlsChanged) return await noteUidlsChanged(session)
    const { account, deadline } = session.context
    const failure = failureOf(error, account.accountId)
    if (!failure) throw error
    logStorageFailure(session.context, error)
    if (!deadline.signal.aborted || storeFailed(error)) return failure
    session.interruption = 'time'
    return undefined
  }
}

/** Counts this session as progress, because the next part opens another session and lists the messages again. */
const noteUidlsChanged = async (session: FetchSession): Promise<FetchFailure | undefined> => {
  const progress = session.cameFurther
  session.interruption = 'uidls-changed'
  session.madeProgress = true
  return await failureIn(session, () => session.uidls.changedInSession(progress))
}

/**
 * Notifies admins that the account needs consent. Runs pause until someone consents only after this notification was
 * sent. Until then, each run tries to send it again.
 */
const announced = async (
  services: FetchServices,
  log: RunLog,
  account: Account,
  failure: FetchFailure,
): Promise<FetchFailure> => {
  if (failure.cure !== 'consent') return failure
  try {
    await services.announceLostConsent(account, failure)
    return failure
  } catch {
    log.event(
      'notice-failed',
      'Postmaster could not send the notification that this account needs consent. The next run tries again.',
    )
    return { ...failure, cure: 'waiting' }
  }
}

const accountStillWanted = async (context: FetchContext): Promise<boolean> => {
  const account = await context.services.accounts.read(context.account.accountId)
  if (account?.validity !== 'valid' || needsNewSession(context.account, account)) return false
  context.account = account
  return true
}

/**
 * Queues the next part if work is left and this part made progress. The next part starts at once, in a new invocation
 * with a new session.
 */
const continued = async (
  { services, log, account: { accountId } }: FetchContext,
  session: FetchSession,
  change: StatusChange,
): Promise<Run | undefined> => {
  const { runId, parts, counts, conversation } = log.run
  if (session.interruption === undefined || (counts.left === 0 && session.listedAll)) return undefined
  log.event('interrupted', interruptionWords[session.interruption])
  if (!session.cameFurther) return undefined
  const current = await services.accounts.read(accountId)
  if (current?.validity !== 'valid') return undefined
  log.takeBack(session.countedAgain(listedNextTime(session, change)))
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
