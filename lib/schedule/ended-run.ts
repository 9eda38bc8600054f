import { type AccountStatus, recentRunsKept } from '../accounts/account-status.ts'
import { healthWarningCodes } from '../accounts/health/health-warnings.ts'
import type { Run } from '../runs/run.ts'
import { countedUnder } from '../text/own-member.ts'

/**
 * Returns the status fields that describe an ended run. A failure that follows another one keeps the time of the first.
 *
 * @param before the current status
 */
export const statusOfEndedRun = (
  run: Run,
  before: AccountStatus | undefined,
): Pick<AccountStatus, 'recentRuns' | 'lastStoredAt' | 'lastSuccessAt'> &
  Required<Pick<AccountStatus, 'lastRun'>> & { readonly lastError: AccountStatus['lastError'] } => {
  const { runId, state, startedAt, askedAt, endedAt = askedAt, counts, error } = run
  const warnings = warningsOf(run)
  const { since = before?.lastError?.at ?? endedAt, consecutive = 0 } = before?.lastError ?? {}
  return {
    lastRun: {
      runId,
      state,
      startedAt: startedAt ?? askedAt,
      endedAt,
      stored: counts.stored,
      deleted: counts.deleted,
      ...(Object.keys(warnings).length > 0 && { warnings }),
    },
    recentRuns: [{ state, at: endedAt }, ...(before?.recentRuns ?? [])].slice(0, recentRunsKept),
    ...(counts.stored > 0 && { lastStoredAt: endedAt }),
    ...(!error && { lastSuccessAt: endedAt }),
    lastError: error && { ...error, at: endedAt, since, consecutive: consecutive + 1 },
  }
}

/** Counts the messages that need a person's attention, by warning code. */
const warningsOf = ({ skippedBecause, events }: Run): Record<string, number> => {
  let counts: Record<string, number> = { ...skippedBecause }
  // Skipped messages are already counted and may also have an event.
  for (const { code, messages = 1 } of events)
    if (!Object.hasOwn(skippedBecause, code)) counts = countedUnder(counts, code, messages)
  // Messages that were moved aside need no attention.
  if (counts['too-large-moved']) delete counts['too-large']
  return Object.fromEntries(Object.entries(counts).filter(([code]) => healthWarningCodes.has(code)))
}
