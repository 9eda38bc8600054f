import type { AccountStatus } from '../accounts/account-status.ts'
import type { Run } from '../runs/run.ts'
import { dueAt, lookAgainAfter, lookAgainAt, type StatusChange } from '../schedule/account-status-store.ts'
import { nextFetchAfter, slotInCadence } from '../schedule/fetch-interval.ts'
import { lastRunOf } from '../schedule/last-run.ts'
import { type FetchFailure, StorageFailure } from './fetch-errors.ts'
import type { FetchServices } from './fetch-services.ts'
import type { RunLog } from './run-log.ts'

/** Writes down for operators what one of our own stores threw, which the run's record shows only by its name. */
export const logStorageFailure = (
  { services, log }: { readonly services: FetchServices; readonly log: RunLog },
  error: unknown,
): void => {
  if (!(error instanceof StorageFailure)) return
  const { runId, accountId } = log.run
  services.logError(error.message, error, { runId, accountId })
}

/**
 * Ends a run that failed: in its record, and in the account's status with the time of the next try. Where only a consent helps there is none:
 * the account is looked at once a day, and whoever consents has it fetched at once.
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
    // Also where the status table is what failed: the run must not look as if it went on.
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
  const { code, words, remedy, cure } = failure
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
    lastError: { code, words, remedy, at, since, consecutive },
  })
}

/** Ends a run that did what it could; the account's next fetch is one interval after its slot. */
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
