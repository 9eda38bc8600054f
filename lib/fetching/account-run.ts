import type { Account } from '../accounts/account.ts'
import type { AccountStatus } from '../accounts/account-status.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { MailboxError } from '../mailbox/mailbox-error.ts'
import type { Run } from '../runs/run.ts'
import { listAfter, reportTooLarge, statusAfterSession } from './after-session.ts'
import { type FetchContext, mailboxIdentityOf } from './fetch-context.ts'
import { type FetchFailure, failureOf, fetchFailures, StorageFailure } from './fetch-errors.ts'
import { MailboxFetch } from './fetch-mailbox.ts'
import type { FetchDeadline, FetchServices } from './fetch-services.ts'
import { needsNewSession, openAccount } from './open-account.ts'
import type { RunLog } from './run-log.ts'
import { recordFailure, recordSuccess } from './run-outcome.ts'

/** One part of a run: open, fetch, close, and write down what came of it. */
export const accountRun = async (
  services: FetchServices,
  deadline: FetchDeadline,
  log: RunLog,
  account: Account,
): Promise<Run> => {
  const status = await takeOverDeaths(services, account, log.run)
  let mailbox: Mailbox
  try {
    mailbox = await openAccount(services, account, deadline.signal)
  } catch (error) {
    if (error instanceof MailboxError) return await recordFailure(services, log, 'failed', failureOf(error))
    throw error
  }
  const context: FetchContext = {
    services,
    deadline,
    log,
    account,
    uidValidity: mailbox.uidValidity,
    compareContent: await noteIdentity(services, account, status, mailbox),
  }
  const fetch = new MailboxFetch(context, mailbox, status)
  const failure = await fetchSession(context, fetch, listAfter(account, status, mailbox))
  const change = statusAfterSession(context.account, status, mailbox, fetch, {
    failure,
    now: services.now(),
  })
  log.session(mailbox.roundTrips, change.oldestWaitingAt)
  reportTooLarge(log, account, status, fetch)
  reportBalance(log)
  if (failure) return await recordFailure(services, log, 'failed', failure, change)
  return (await continued(context, fetch, change)) ?? (await recordSuccess(services, log, change))
}

/**
 * A message that was in flight alone when a run died has one more death; all that were in flight are read one by one. A person who
 * asks for a run gives every message another chance.
 */
const takeOverDeaths = async (
  { statuses }: FetchServices,
  { accountId }: Account,
  { trigger }: Run,
): Promise<AccountStatus> => {
  const { deaths: before, ...status } = (await statuses.read(accountId)) ?? { accountId }
  const [killer, ...others] = status.inFlight ?? []
  const forgiven = trigger === 'request' ? undefined : before
  const deaths =
    killer !== undefined && others.length === 0 ? { ...forgiven, [killer]: (forgiven?.[killer] ?? 0) + 1 } : forgiven
  if (killer !== undefined || deaths !== before) await statuses.change(accountId, { inFlight: undefined, deaths })
  return { ...status, ...(deaths && { deaths }) }
}

/** True when bytes have to be compared. Written before anything is stored, so that a crash does not forget the change. */
const noteIdentity = async (
  { statuses }: FetchServices,
  account: Account,
  status: AccountStatus,
  mailbox: Mailbox,
): Promise<boolean> => {
  const mailboxIdentity = mailboxIdentityOf(account, mailbox.uidValidity)
  if (status.mailboxIdentity === mailboxIdentity) return status.compareContent ?? false
  const compareContent = status.mailboxIdentity !== undefined
  await statuses.change(account.accountId, {
    mailboxIdentity,
    ...(compareContent && { compareContent, keepWatermark: undefined, keepExceptions: undefined }),
  })
  return compareContent
}

const fetchSession = async (
  context: FetchContext,
  fetch: MailboxFetch,
  after: string | undefined,
): Promise<FetchFailure | undefined> => {
  try {
    await fetch.run(after, () => accountStillWanted(context))
    await fetch.close(true)
    return undefined
  } catch (error) {
    const ours = error instanceof StorageFailure
    if (!ours && !(error instanceof MailboxError)) throw error
    await fetch.close(ours)
    if (context.deadline.signal.aborted) {
      fetch.interruption = 'time'
      return undefined
    }
    return ours ? fetchFailures.storage : failureOf(error)
  }
}

const accountStillWanted = async (context: FetchContext): Promise<boolean> => {
  const account = await context.services.accounts.read(context.account.accountId)
  if (account?.validity !== 'valid' || needsNewSession(context.account, account)) return false
  context.account = account
  return true
}

/** Work is left and progress was made: the queue carries on at once, in a fresh function with a fresh session. */
const continued = async ({ services, log, account }: FetchContext, fetch: MailboxFetch, change: object) => {
  const { runId, accountId, parts, counts } = log.run
  if (fetch.interruption === undefined || counts.left === 0) return undefined
  log.event('interrupted', interruptionWords[fetch.interruption])
  if (!fetch.madeProgress) return undefined
  const current = await services.accounts.read(accountId)
  if (current?.validity !== 'valid') return undefined
  await services.statuses.change(account.accountId, change)
  await services.runs.save(log.run)
  const refused = await services.queue.send([{ kind: 'cont', accountId, runId, part: parts + 1 }])
  if (refused.length > 0) throw new Error('the continuation was not accepted by the fetch queue')
  return log.run
}

const interruptionWords = {
  time: 'The time of this part was used up; the rest stays on the server.',
  'account-changed': 'The account was changed or deleted while it was fetched; this session ended at once.',
  'too-many': 'The mailbox holds more messages than one part takes.',
} as const

/** A promise to the admin: every message found is accounted for. A gap is a defect and must be seen. */
const reportBalance = (log: RunLog): void => {
  const { found, stored, alreadyKnown, skipped, left } = log.run.counts
  const missing = found - stored - alreadyKnown - skipped - left
  if (missing !== 0) log.event('counts-do-not-balance', `${missing} messages are unaccounted for; please report this.`)
}
