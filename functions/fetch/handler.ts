import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { limits } from '../../lib/fetching/limits.ts'
import type { FetchServices } from '../../lib/fetching/part.ts'
import { progressIncomplete } from '../../lib/fetching/run-progress.ts'
import { recordCrash, takeJob } from '../../lib/fetching/take-job.ts'
import { isOpen, type Run } from '../../lib/runs/run.ts'
import { type FetchJob, fetchJobSchema } from '../../lib/schedule/fetch-queue.ts'
import { secondsSince } from '../../lib/text/clock.ts'
import { type Log, safeFieldsOf } from '../shared/logger.ts'
import type { AgeMetrics } from '../shared/metrics.ts'

/** Milliseconds reserved at the end of the invocation to log out and write the record. */
const closingTime = 30_000

export interface FetchFunction {
  readonly services: FetchServices
  readonly log: Log
  readonly metrics: AgeMetrics
}

/**
 * Processes jobs from the fetch queue (batch size 1). Every job is acknowledged, regardless of its outcome. An
 * unacknowledged job would block its account for the visibility timeout, and the next tick is the better retry.
 */
export const fetchHandler =
  (fetching: FetchFunction) =>
  async (event: SQSEvent, context: { getRemainingTimeInMillis(): number }): Promise<SQSBatchResponse> => {
    const { log, metrics } = fetching
    for (const record of event.Records) {
      const job = parseJob(record.body)
      if (!job) {
        log.error('dropped a message on the fetch queue that is not a fetch job', { sqsMessageId: record.messageId })
        continue
      }
      const again = Number(record.attributes.ApproximateReceiveCount) > 1
      const run = await work(fetching, { job, again }, context.getRemainingTimeInMillis())
      report(run, log, metrics, fetching.services.now())
    }
    return { batchItemFailures: [] }
  }

const work = async (
  { services: given, log, metrics }: FetchFunction,
  { job, again }: { readonly job: FetchJob; readonly again: boolean },
  remaining: number,
): Promise<Run> => {
  const services: FetchServices = {
    ...given,
    countStored: async (stored) => {
      metrics.count('MessagesStored', stored)
      await given.countStored(stored)
    },
  }
  const left = Math.max(0, Math.min(limits.endWithin, remaining - closingTime))
  const startNothingAfter = services.now().getTime() + Math.min(limits.startWithin, left)
  try {
    return await takeJob(services, job, { startNothingAfter, signal: AbortSignal.timeout(left) }, again)
  } catch (error) {
    log.error('the run failed unexpectedly', { runId: job.runId, accountId: job.accountId, ...safeFieldsOf(error) })
    return await recordCrash(services, job, error)
  }
}

const parseJob = (body: string): FetchJob | undefined => {
  try {
    return fetchJobSchema.parse(JSON.parse(body))
  } catch {
    // The body does not come from Postmaster and may be confidential. The caller logs only its SQS ID.
    return undefined
  }
}

const report = (run: Run, log: Log, metrics: AgeMetrics, now: Date) => {
  const { runId, accountId, state, counts, duration, roundTrips, error, events, oldestWaitingAt } = run
  const { 'raw-mail-differs': differing = 0 } = run.skippedBecause
  const { found, stored, deleted, left } = counts
  const code = error?.code
  log.info('fetch run', { runId, accountId, state, found, stored, deleted, left, duration, roundTrips, code })
  // The record of a run that goes on in another invocation contains this part as well. It is counted when it ends.
  if (isOpen(run)) return
  metrics.count('FetchRuns', 1)
  metrics.count('FetchFailed', error ? 1 : 0)
  if (error) metrics.count('FetchFailed', 1, { code: error.code })
  // A message that the account skips for a reason, for example its size, is in the quarantine and does not count.
  metrics.seconds('OldestWaiting', left > 0 && oldestWaitingAt !== undefined ? secondsSince(oldestWaitingAt, now) : 0)
  if (events.some((event) => event.code === progressIncomplete)) metrics.count('ProgressIncomplete', 1)
  if (differing > 0) metrics.count('RawMailDiffers', differing)
}
