import type { AccountStatus } from '../accounts/account-status.ts'
import { MailboxError } from '../mailbox/mailbox-error.ts'
import { OAuth2Error } from '../oauth2/oauth2-error.ts'
import { queuedRun, type Run } from '../runs/run.ts'
import { checkAgainAfter, checkAgainAt } from '../schedule/account-status-store.ts'
import { type FetchJob, runOfTick, type TickJob } from '../schedule/fetch-queue.ts'
import { UnwritableRow } from '../tables/items.ts'
import { logStorageFailure, recordFailure } from './end-part.ts'
import { type FetchFailure, fetchFailures, StorageFailure, storageFailed } from './failures.ts'
import { suspectsIn, withDeath } from './identity.ts'
import { limits } from './limits.ts'
import type { FetchDeadline, FetchServices } from './part.ts'
import { RunLog } from './run-log.ts'
import { runPart } from './run-part.ts'

/**
 * Processes one job of the fetch queue: an account's run, or the next part of a run. Expected failures are recorded in
 * the run and in the account's status. If an error escapes, the caller must call `recordCrash`.
 *
 * @param again true if the queue has delivered this job before
 * @returns the run as recorded. Only a stale tick has no record.
 * @throws only errors that are a defect in Postmaster, or a `StorageFailure` that could not be recorded
 */
export const takeJob = async (
  given: FetchServices,
  job: FetchJob,
  deadline: FetchDeadline,
  again = false,
): Promise<Run> => {
  const services = withStorageFailures(given)
  let log: RunLog | undefined
  let storedBefore = 0
  try {
    log = await logOf(services, job, again)
    storedBefore = log.run.counts.stored
    return await startPart(services, log, job, deadline, again)
  } catch (error) {
    if (!(error instanceof StorageFailure)) throw error
    return await recordStorageFailure(services, log ?? (await logOf(services, job, again)), error)
  } finally {
    if (log) await countStored(services, log, storedBefore)
  }
}

/** The overview may miss messages, but no run fails because of it. */
const countStored = async (services: FetchServices, log: RunLog, before: number): Promise<void> => {
  const { runId, accountId, counts } = log.run
  if (counts.stored === before) return
  try {
    await services.countStored(counts.stored - before)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    services.logError('The stored messages of a run could not be counted for the overview', error, { runId, accountId })
  }
}

/** The run of a tick has no row until it has found mail, lasts long or has ended. */
const logOf = async (services: FetchServices, job: FetchJob, again: boolean): Promise<RunLog> => {
  const recorded = again || job.kind !== 'tick' ? await services.runs.read(job.runId) : undefined
  return new RunLog(recorded ?? unasked(services, job), services.now)
}

const recordStorageFailure = async (services: FetchServices, log: RunLog, error: StorageFailure): Promise<Run> => {
  logStorageFailure({ services, log }, error)
  return await recordFailure({ services, log }, 'failed', storageFailed(error))
}

const startPart = async (
  services: FetchServices,
  log: RunLog,
  job: FetchJob,
  deadline: FetchDeadline,
  again: boolean,
): Promise<Run> => {
  const part = partOf(job)
  const { state, parts } = log.run
  // A run is also recorded as lost if its process died long ago. Its counts are those of its last progress.
  if ((state === 'running' || state === 'lost') && parts >= part) return await recordDeath(services, log)
  if (state === 'done' || state === 'failed' || state === 'crashed') return log.run
  const quarantined = services.unstored.ofAccount(job.accountId, limits.quarantined)
  const [account, known] = await Promise.all([
    services.accounts.read(job.accountId),
    services.statuses.read(job.accountId),
    quarantined.catch(() => undefined),
  ])
  if (!account) {
    await services.statuses.remove(job.accountId)
    return await refused(services, log, fetchFailures.accountMissing)
  }
  if (account.validity !== 'valid') return await refused(services, log, fetchFailures.accountNotValid)
  const status = known ?? (await newStatus(services, job.accountId))
  if (job.kind === 'tick' && isStale(job, status, again)) {
    log.event('stale-tick', 'Another run fetched this account after this run was queued, so nothing was left to do.')
    log.end('done')
    return log.run
  }
  log.start(part, { debug: job.kind !== 'tick' && job.debug })
  // If this process dies as well, the run is found by its row and closed as lost.
  if (job.kind !== 'tick' || again) await services.runs.save(log.run)
  if (job.kind === 'tick' && again) {
    if (status.resume?.inFlight) return await recordDeath(services, log, status)
    log.event('delivered-again', deliveredAgainWords)
  }
  return await runPart({
    services,
    deadline,
    log,
    status,
    quarantined,
    account,
    uidValidity: undefined,
    compareContent: false,
    listedUids: new Set(),
  })
}

const partOf = (job: FetchJob): number => (job.kind === 'cont' ? job.part : 1)

/**
 * Records that this job's run ended with an error that `takeJob` threw. The error is a defect, unless it is a
 * `StorageFailure` that could not be recorded at first.
 */
export const recordCrash = async (given: FetchServices, job: FetchJob, error?: unknown): Promise<Run> => {
  const services = withStorageFailures(given)
  const log = await logOf(services, job, true)
  // A run without a row counts as started now, so that it takes its slot.
  if (log.run.parts === 0) log.start(partOf(job))
  return error instanceof StorageFailure
    ? await recordStorageFailure(services, log, error)
    : await recordDeath(services, log)
}

/**
 * If jobs wait longer than a tick, each tick adds another job for every waiting account. The oldest job fetches the
 * account, in its place in the queue, and covers all ticks up to its start. The later ones end here. If the older jobs
 * were dropped instead, an account at the end of the queue might never be fetched, because a newer job would always
 * replace the one that waits. The queue delivers an account's jobs one after the other, so no other run takes the slot
 * in the meantime.
 */
const isStale = ({ slot, runId }: TickJob, { lastSlot, lastRun }: AccountStatus, again: boolean): boolean => {
  // Its process died between the writes of its end.
  const lostItsRecord = again && lastRun?.runId === runId
  return lastSlot !== undefined && lastSlot >= slot && !lostItsRecord
}

const deliveredAgainWords =
  'The queue delivered this job a second time. The function could not be started the first time, or its process ended ' +
  'before it had read a message.'

const newStatus = async ({ statuses, now }: FetchServices, accountId: string): Promise<AccountStatus> => {
  const checkAgain = new Date(now().getTime() + checkAgainAfter).toISOString()
  await statuses.ensure(accountId, checkAgainAt(accountId, checkAgain))
  return { accountId }
}

/** Creates a run for a job without a run row: a tick, or a job that waited until the row expired. */
const unasked = ({ now }: FetchServices, job: FetchJob): Run => {
  if (job.kind === 'tick') return queuedRun(runOfTick(job))
  const { runId, accountId } = job
  const askedAt = now().toISOString()
  return queuedRun({ runId, accountId, trigger: 'request', slot: undefined, askedAt, askedBy: 'unknown' })
}

const refused = async (services: FetchServices, log: RunLog, failure: FetchFailure): Promise<Run> => {
  log.end('failed', failure)
  await services.runs.save(log.run)
  return log.run
}

/**
 * Records that the process crashed or hit a defect in Postmaster. If exactly one message was in flight, that message
 * caused it. If there were several, the next run finds the cause. Afterwards, none is in flight, so that no later job is
 * taken for another crash.
 */
const recordDeath = async (services: FetchServices, log: RunLog, known?: AccountStatus): Promise<Run> => {
  const status = known ?? (await services.statuses.read(log.run.accountId))
  const resume = status?.resume ?? {}
  const [killer, ...others] = resume.inFlight ?? []
  const change = killer !== undefined && {
    suspects: suspectsIn(resume),
    inFlight: undefined,
    ...(others.length === 0 && { deaths: withDeath(resume, killer) }),
  }
  return await recordFailure({ services, log, status }, 'crashed', fetchFailures.crashed, {
    ...(change && { resume: change }),
  })
}

/** Wraps the services so that an error of one of Postmaster's own stores becomes a `StorageFailure` with its name. */
const withStorageFailures = (services: FetchServices): FetchServices => ({
  ...services,
  accounts: withStorageFailure(services.accounts, 'The accounts table'),
  secrets: withStorageFailure(services.secrets, 'Secrets Manager'),
  tokens: withStorageFailure(services.tokens, 'The OAuth2 token store'),
  statuses: withStorageFailure(services.statuses, 'The account-status table'),
  runs: withStorageFailure(services.runs, 'The runs table'),
  ledger: withStorageFailure(services.ledger, 'The messages table'),
  unstored: withStorageFailure(services.unstored, 'The unstored table'),
  raw: withStorageFailure(services.raw, 'The raw-mail bucket'),
  directory: withStorageFailure(services.directory, 'The queues and addresses table'),
  queue: withStorageFailure(services.queue, 'The fetch queue'),
})

/** @param store the store's name as operators know it */
const withStorageFailure = <Port extends object>(port: Port, store: string): Port =>
  new Proxy(port, {
    get: (target, key) => {
      const method: unknown = Reflect.get(target, key, target)
      if (typeof method !== 'function') return method
      return (...args: unknown[]) => {
        const answer: unknown = Reflect.apply(method, target, args)
        return answer instanceof Promise ? answer.catch((error: unknown) => raise(error, store)) : answer
      }
    },
  })

/** Errors that do not mean that a store failed: expected errors of the adapters, and defects in Postmaster's code. */
const notOfTheStore = [
  MailboxError,
  OAuth2Error,
  UnwritableRow,
  StorageFailure,
  TypeError,
  RangeError,
  ReferenceError,
] as const

const raise = (error: unknown, store: string): never => {
  throw notOfTheStore.some((kind) => error instanceof kind) ? error : new StorageFailure(store, { cause: error })
}
