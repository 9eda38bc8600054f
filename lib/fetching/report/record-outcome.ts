import type { Run } from '../../runs/run.ts'
import { dueAt, lookAgainAfter, lookAgainAt, type StatusChange } from '../../schedule/account-status-store.ts'
import { statusOfEndedRun } from '../../schedule/ended-run.ts'
import { nextFetchAfter, slotInCadence } from '../../schedule/fetch-interval.ts'
import { type FetchFailure, StorageFailure } from '../failures.ts'
import type { FetchServices } from '../services.ts'
import type { RunLog } from './run-log.ts'

/** Logs a store's error for operators. The run's record shows only the error's name. */
export const logStorageFailure = (services: FetchServices, log: RunLog, error: unknown): void => {
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
  services: FetchServices,
  log: RunLog,
  state: 'failed' | 'crashed',
  failure: FetchFailure,
  change: StatusChange = {},
): Promise<Run> => {
  log.end(state, failure)
  try {
    await changeStatus(services, log.run, change, failure.cure)
  } finally {
    // Save the run even if the status table failed. Otherwise, the run would still appear to be running.
    await services.runs.save(log.run)
  }
  return log.run
}

/** Records a successful run. The account's next fetch is one interval after the run's slot. */
export const recordSuccess = async (services: FetchServices, log: RunLog, change: StatusChange): Promise<Run> => {
  log.end('done')
  await changeStatus(services, log.run, change)
  await services.runs.save(log.run)
  return log.run
}

const changeStatus = async (
  { statuses, tickMinutes, now }: FetchServices,
  run: Run,
  change: StatusChange,
  cure: FetchFailure['cure'] = 'waiting',
): Promise<void> => {
  const { accountId, slot } = run
  const before = await statuses.read(accountId)
  const ended = statusOfEndedRun(run, before)
  const since = slot === undefined ? slotInCadence(now(), before?.nextFetchAt, tickMinutes) : Date.parse(slot)
  const schedule =
    cure === 'consent'
      ? lookAgainAt(accountId, new Date(now() + lookAgainAfter).toISOString())
      : dueAt(accountId, nextFetchAfter(since, tickMinutes, ended.lastError?.consecutive ?? 0, cure))
  await statuses.change(accountId, { ...change, ...ended, ...schedule })
}
