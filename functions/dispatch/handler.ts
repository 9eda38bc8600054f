import type { EventBridgeEvent } from 'aws-lambda'
import * as z from 'zod'
import type { NoticeReport } from '../../lib/overview/noticing/notice-tick.ts'
import type { ReceiverCount } from '../../lib/overview/overview-store.ts'
import type { TickFigures } from '../../lib/overview/summarise-tick.ts'
import type { DispatchServices } from '../../lib/schedule/tick/dispatch-services.ts'
import { dispatchTick, type FailedStep, type TickReport } from '../../lib/schedule/tick/dispatch-tick.ts'
import { secondsSince } from '../../lib/text/clock.ts'
import { type Log, safeFieldsOf } from '../shared/logger.ts'
import type { AgeMetrics, FunctionMetrics } from '../shared/metrics.ts'

/** The sweeps stop this many milliseconds before the timeout, so that the invocation ends normally. */
const closingTime = 20_000
/** Enough IDs for an investigation, and few enough for one log line. */
const loggedIds = 10

const eventSchema = z.object({ time: z.iso.datetime() })

export interface DispatchFunction {
  readonly services: DispatchServices
  /** Writes what the overview shows of the tick. */
  readonly summarise: (report: TickReport) => Promise<TickFigures>
  /** Counts who receives mail. */
  readonly countReceivers: () => Promise<Pick<ReceiverCount, 'destinations' | 'subscriptions'>>
  /** Tells people what lasts too long. */
  readonly notify: (mayGoOn: () => boolean) => Promise<NoticeReport>
  readonly log: Log
  readonly metrics: AgeMetrics
}

/** Thrown if a step of the tick failed. The log contains the reasons. */
class TickIncompleteError extends Error {
  override readonly name = 'TickIncompleteError'
}

/**
 * Handles one tick of the EventBridge rule. A repeated tick has no further effect, because run IDs and deduplication
 * IDs are derived from the slot.
 */
export const dispatchHandler =
  ({ services, log, metrics, ...others }: DispatchFunction) =>
  async (event: EventBridgeEvent<string, unknown>, context: { getRemainingTimeInMillis(): number }): Promise<void> => {
    const { time } = eventSchema.parse(event)
    const mayGoOn = () => context.getRemainingTimeInMillis() > closingTime
    const tick = await dispatchTick(services, time, mayGoOn)
    const { failed, figures, receivers, told, held } = await afterwards(tick, others, mayGoOn)
    const { sharedMailboxes, ...report } = tick
    const failedSteps = [...tick.failedSteps, ...failed]
    log.info('tick', { ...report, told, held, failedSteps: failedSteps.length })
    for (const failed of failedSteps) reportFailed(failed, log, metrics)
    for (const accountIds of sharedMailboxes.slice(0, loggedIds))
      log.warn('several accounts collect the same mailbox: delete or disable all but one', {
        accountIds: accountIds.slice(0, loggedIds).join(' '),
      })
    if (sharedMailboxes.length > 0) metrics.count('MailboxesShared', sharedMailboxes.length)
    if (report.announcementsFailed > 0) log.warn('announcements failed', { count: report.announcementsFailed })
    metrics.count('AccountsDue', report.due)
    if (figures) emit(figures, services.now(), metrics)
    if (receivers !== undefined) metrics.count('MailReceivers', receivers)
    if (report.refused > 0) metrics.count('FetchJobsRefused', report.refused)
    if (report.lostRuns > 0) metrics.count('RunsLost', report.lostRuns)
    // Lambda counts this as a failed invocation and retries it. A repeated tick has no further effect.
    if (failedSteps.length > 0 || report.refused > 0) throw new TickIncompleteError()
  }

interface Afterwards extends Omit<NoticeReport, 'errors'> {
  readonly failed: readonly FailedStep[]
  readonly figures?: TickFigures | undefined
  /** Absent if they could not be counted. */
  readonly receivers?: number | undefined
}

const nothingTold = { told: 0, held: 0 }

/**
 * The tick has done its work even if its summary cannot be written, receivers cannot be counted, or a notice cannot be
 * sent. Without a summary, it has no figures.
 */
const afterwards = async (
  tick: TickReport,
  { summarise, countReceivers, notify }: Pick<DispatchFunction, 'summarise' | 'countReceivers' | 'notify'>,
  mayGoOn: () => boolean,
): Promise<Afterwards> => {
  const failed: FailedStep[] = []
  const fail = (step: FailedStep['step'], error: unknown): undefined => {
    failed.push({ step, error, accountIds: [] })
  }
  const figures = await summarise(tick).catch((error: unknown) => fail('overview', error))
  const counted = await countReceivers().catch((error: unknown) => fail('receivers', error))
  const receivers = counted && counted.destinations + counted.subscriptions
  const { told, held, errors } = await notify(mayGoOn).catch((error: unknown) => ({ ...nothingTold, errors: [error] }))
  if (errors.length > 0) fail('notices', errors[0])
  return { failed, told, held, figures, receivers }
}

/** Every figure is recorded at every tick, also if it is 0, so that an alarm on it can end. */
const emit = (
  { failing, reauthorizationNeeded, longestFailingSince }: TickFigures,
  now: Date,
  metrics: AgeMetrics,
): void => {
  metrics.count('AccountsFailing', failing)
  metrics.count('ReauthorizationNeeded', reauthorizationNeeded)
  metrics.seconds('LongestFailing', longestFailingSince === undefined ? 0 : secondsSince(longestFailingSince, now))
}

const reportFailed = ({ step, error, accountIds }: FailedStep, log: Log, metrics: FunctionMetrics): void => {
  log.error('a step of the tick failed', {
    step,
    ...(accountIds.length > 0 && {
      accounts: accountIds.length,
      someAccountIds: accountIds.slice(0, loggedIds).join(' '),
    }),
    ...safeFieldsOf(error),
  })
  metrics.count('TickFailures', Math.max(1, accountIds.length), { step })
}
