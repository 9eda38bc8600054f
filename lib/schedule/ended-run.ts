import { type AccountStatus, listedAsOf, recentRunsKept } from '../accounts/account-status.ts'
import { healthWarningCodes } from '../accounts/health/health-warnings.ts'
import type { Run } from '../runs/run.ts'
import { countedUnder } from '../text/names.ts'

/**
 * Returns the status fields that describe an ended run. A failure that follows another one keeps the time of the first.
 *
 * @param before the current status
 */
export const statusOfEndedRun = (
  run: Run,
  before: AccountStatus | undefined,
): Pick<AccountStatus, 'listedAs' | 'listedOrder' | 'recentRuns' | 'lastStoredAt' | 'lastSuccessAt'> &
  Required<Pick<AccountStatus, 'lastRun'>> & { readonly lastError: AccountStatus['lastError'] } => {
  const { runId, state, startedAt, askedAt, endedAt = askedAt, counts, error } = run
  const warnings = warningsOf(run)
  const { since = before?.lastError?.at ?? endedAt, consecutive = 0 } = before?.lastError ?? {}
  return {
    ...listedAsOf(run.accountId, error && since),
    lastRun: {
      runId,
      state,
      startedAt: startedAt ?? askedAt,
      endedAt,
      stored: counts.stored,
      deleted: counts.deleted,
      ...(counts.moved > 0 && { moved: counts.moved }),
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
  // Skipped messages may also have an event, which must not count them twice.
  for (const { code, messages = 1 } of events)
    if (!Object.hasOwn(skippedBecause, code)) counts = countedUnder(counts, code, messages)
  // Messages that were moved aside need no attention.
  if (counts['too-large-moved']) delete counts['too-large']
  return Object.fromEntries(Object.entries(counts).filter(([code]) => healthWarningCodes.has(code)))
}

/** Milliseconds between two ticks. */
export const periodOf = (tickMinutes: number): number => tickMinutes * 60_000

/**
 * Returns the slot for a run that a person requested, so that the run does not shift the account's cadence. It is the
 * latest time up to `now` that is a whole number of ticks away from `nextFetchAt`. An account without a cadence is
 * fetched again at the next tick.
 */
export const slotInCadence = (now: number, nextFetchAt: string | undefined, tickMinutes: number): number => {
  const period = periodOf(tickMinutes)
  // Dispatch fetches accounts that are due up to half a period after its slot.
  if (nextFetchAt === undefined) return now - period / 2
  const next = Date.parse(nextFetchAt)
  return next - Math.ceil((next - now) / period) * period
}

/**
 * Ticks to wait after the n-th consecutive failure. Six ticks are one hour at the default rate, which is the longest
 * that an admin waits after a server is repaired.
 */
const backOffWaiting = [1, 1, 2, 3, 6]
/**
 * Ticks to wait if a person must change something first. Earlier attempts would only make the server stricter. For
 * example, Dovecot delays all logins from an address with failed logins.
 */
const backOffChange = [1, 2, 3, 6]

/**
 * Returns the time of the next fetch (ISO). Regardless of it, a change of the account makes the account due at once.
 *
 * @param failures the number of consecutive failed runs, 0 after a successful run
 */
export const nextFetchAfter = (
  slot: number,
  tickMinutes: number,
  failures: number,
  cure: 'waiting' | 'change' = 'waiting',
): string => {
  const steps = cure === 'waiting' ? backOffWaiting : backOffChange
  const ticks = failures === 0 ? 1 : (steps[Math.min(failures, steps.length) - 1] ?? 1)
  return new Date(slot + ticks * periodOf(tickMinutes)).toISOString()
}
