import { queuedRun, type Run } from '../runs/run.ts'
import { lookAgainAfter, lookAgainAt } from '../schedule/account-status-store.ts'
import type { FetchJob } from '../schedule/fetch-job.ts'
import { accountRun } from './account-run.ts'
import { withDeath } from './deaths.ts'
import { fetchFailures, StorageFailure, storageFailed } from './fetch-errors.ts'
import type { FetchDeadline, FetchServices } from './fetch-services.ts'
import { guardedServices } from './guarded-services.ts'
import { RunLog } from './run-log.ts'
import { logStorageFailure, recordFailure } from './run-outcome.ts'

/**
 * Works one job off the fetch queue: one run of one account, or the next part of one. Expected failures end in the run's record
 * and the account's status; only a defect of ours throws, and then `recordCrash` is for the caller.
 * @returns the run as recorded
 */
export const fetchAccount = async (given: FetchServices, job: FetchJob, deadline: FetchDeadline): Promise<Run> => {
  const services = guardedServices(given)
  let log: RunLog | undefined
  try {
    log = await logOf(services, job)
    return await workOff(services, log, job, deadline)
  } catch (error) {
    if (!(error instanceof StorageFailure)) throw error
    return await recordStorageFailure(services, log ?? (await logOf(services, job)), error)
  }
}

const logOf = async (services: FetchServices, job: FetchJob): Promise<RunLog> =>
  new RunLog((await services.runs.read(job.runId)) ?? unasked(services, job), services.now)

const recordStorageFailure = async (services: FetchServices, log: RunLog, error: StorageFailure): Promise<Run> => {
  logStorageFailure({ services, log }, error)
  return await recordFailure(services, log, 'failed', storageFailed(error))
}

const workOff = async (services: FetchServices, log: RunLog, job: FetchJob, deadline: FetchDeadline): Promise<Run> => {
  const part = job.kind === 'cont' ? job.part : 1
  const { state, parts } = log.run
  if (state === 'running' && parts >= part) return await recordDeath(services, log)
  if (state === 'done' || state === 'failed' || state === 'crashed') return log.run
  const account = await services.accounts.read(job.accountId)
  if (!account) {
    await services.statuses.remove(job.accountId)
    return await ended(services, log, 'failed', 'accountMissing')
  }
  if (account.validity !== 'valid') return await ended(services, log, 'failed', 'accountNotValid')
  const lookAgain = new Date(services.now() + lookAgainAfter).toISOString()
  await services.statuses.ensure(account.accountId, lookAgainAt(account.accountId, lookAgain))
  if (job.kind === 'tick' && !(await takeSlot(services, job))) {
    log.event('stale-tick', 'This account was fetched after this run had been asked for, so nothing was left to do.')
    return await ended(services, log, 'done')
  }
  log.start(part, { debug: job.kind !== 'tick' && job.debug })
  await services.runs.save(log.run)
  return await accountRun(services, deadline, log, account)
}

/**
 * For the adapter: the run of this job ended with this error. It is a defect, unless it is one of our own stores that
 * failed even when the failure was to be recorded.
 */
export const recordCrash = async (given: FetchServices, job: FetchJob, error?: unknown): Promise<Run> => {
  const services = guardedServices(given)
  const log = await logOf(services, job)
  return error instanceof StorageFailure
    ? await recordStorageFailure(services, log, error)
    : await recordDeath(services, log)
}

/**
 * A run answers for every tick up to its start. Where fetches wait longer than a period, each tick adds a job to every waiting account; the
 * oldest one is done, in its place in the queue, and those behind it end here. Dropping the older ones instead could leave an account at
 * the queue's end unfetched for ever, because its newest job would always be overtaken while it waits.
 */
const takeSlot = async (
  { statuses, now }: FetchServices,
  { accountId, slot }: Extract<FetchJob, { kind: 'tick' }>,
): Promise<boolean> => {
  const start = new Date(now()).toISOString()
  // The clock of this function may be behind the time of the event.
  return await statuses.takeSlot(accountId, slot, start > slot ? start : slot)
}

/** A job whose run row is missing (its retention ended while the job waited): the run is recorded all the same. */
const unasked = ({ now }: FetchServices, { runId, accountId, ...job }: FetchJob): Run => {
  const askedAt = new Date(now()).toISOString()
  return job.kind === 'tick'
    ? queuedRun({ runId, accountId, trigger: 'schedule', slot: job.slot, askedAt, askedBy: 'schedule' })
    : queuedRun({ runId, accountId, trigger: 'request', slot: undefined, askedAt, askedBy: 'unknown' })
}

const ended = async (
  services: FetchServices,
  log: RunLog,
  state: 'done' | 'failed',
  failure?: keyof typeof fetchFailures,
): Promise<Run> => {
  log.end(state, failure && fetchFailures[failure])
  await services.runs.save(log.run)
  return log.run
}

/** A process died, or met a defect of ours. A message that was in flight alone is the one it died of; of several, the next run finds it. */
const recordDeath = async (services: FetchServices, log: RunLog): Promise<Run> => {
  const { inFlight, deaths } = (await services.statuses.read(log.run.accountId)) ?? {}
  const [killer, ...others] = inFlight ?? []
  const change = killer !== undefined && others.length === 0 ? { deaths: withDeath({ deaths }, killer) } : {}
  return await recordFailure(services, log, 'crashed', fetchFailures.crashed, change)
}
