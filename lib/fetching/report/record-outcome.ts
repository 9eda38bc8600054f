import type { AccountStatus } from '../../accounts/account-status.ts'
import type { Run } from '../../runs/run.ts'
import { dueAt, lookAgainAfter, lookAgainAt, type StatusChange } from '../../schedule/account-status-store.ts'
import { lastRunOf } from '../../schedule/ended-run.ts'
import { nextFetchAfter, slotInCadence } from '../../schedule/fetch-interval.ts'
import { type FetchFailure, StorageFailure } from '../failures.ts'
import type { FetchServices } from '../services.ts'
import type { RunLog } from './run-log.ts'

/** Logs a store's error for operators. The run's record shows only the error's name. */
export const logStorageFailure = (
  { services, log }: { readonly services: FetchServices; readonly log: RunLog },
  error: unknown,
): void => {
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
    await failureToStatus(services, log, failure, change)
  } finally {
    // Save the run even if the status table failed. Otherwise, the run would still appear to be running.
    await services.runs.save(log.run)
  }
  return log.run
}

const failureToStatus = async (
  services: FetchServices,
  log: RunLog,
  failure: FetchFailure,
  change: StatusChange,
): Promise<void> => {
  const { accountId } = log.run
  const before = await services.statuses.read(accountId)
  const consecutive = (before?.lastError?.consecutive ?? 0) + 1
  const { code, detail, remedy, cure } = failure
  const at = new Date(services.now()).toISOString()
  const since = before?.lastError?.since ?? before?.lastError?.at ?? at
  await services.statuses.change(accountId, {
    ...change,
    ...lastRunOf(log.run, before),
    ...(cure === 'consent'
      ? lookAgainAt(accountId, new Date(services.now() + lookAgainAfter).toISOString())
      : dueAt(
          accountId,
          nextFetchAfter(slotOfRun(services, log.run, before), services.tickMinutes, consecutive, cure),
        )),
    lastError: { code, detail, remedy, at, since, consecutive },
  })
}

/** Records a successful run. The account's next fetch is one interval after the run's slot. */
export const recordSuccess = async (services: FetchServices, log: RunLog, change: StatusChange): Promise<Run> => {
  log.end('done')
  const { accountId } = log.run
  const before = await services.statuses.read(accountId)
  await services.statuses.change(accountId, {
    ...change,
    ...lastRunOf(log.run, before),
    ...dueAt(accountId, nextFetchAfter(slotOfRun(services, log.run, before), services.tickMinutes, 0)),
    lastSuccessAt: new Date(services.now()).toISOString(),
    lastError: undefined,
  })
  await services.runs.save(log.run)
  return log.run
}

const slotOfRun = ({ now, tickMinutes }: FetchServices, { slot }: Run, before: AccountStatus | undefined): number =>
  slot === undefined ? slotInCadence(now(), before?.nextFetchAt, tickMinutes) : Date.parse(slot)
