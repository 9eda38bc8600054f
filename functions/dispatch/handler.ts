import type { EventBridgeEvent } from 'aws-lambda'
import * as z from 'zod'
import type { DispatchServices } from '../../lib/schedule/dispatch-services.ts'
import { dispatchTick } from '../../lib/schedule/dispatch-tick.ts'
import type { Log } from '../shared/logger.ts'
import type { FunctionMetrics } from '../shared/metrics.ts'

/** The sweeps stop here, so that the invocation ends by itself. */
const closingTime = 20_000

const eventSchema = z.object({ time: z.iso.datetime() })

export interface DispatchFunction {
  readonly services: DispatchServices
  readonly log: Log
  readonly metrics: FunctionMetrics
}

/** One tick of the EventBridge rule. Doing one twice does no harm: run ids and deduplication ids follow from the slot. */
export const dispatchHandler =
  ({ services, log, metrics }: DispatchFunction) =>
  async (event: EventBridgeEvent<string, unknown>, context: { getRemainingTimeInMillis(): number }): Promise<void> => {
    const { time } = eventSchema.parse(event)
    const mayGoOn = () => context.getRemainingTimeInMillis() > closingTime
    const report = await dispatchTick(services, time, mayGoOn)
    log.info('tick', { ...report })
    if (report.announcementsFailed > 0) log.warn('announcements failed', { count: report.announcementsFailed })
    metrics.count('AccountsDue', report.due)
    if (report.refused > 0) metrics.count('FetchJobsRefused', report.refused)
    if (report.lostRuns > 0) metrics.count('RunsLost', report.lostRuns)
  }
