import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { fetchAccount, recordCrash } from '../../lib/fetching/fetch-account.ts'
import type { FetchServices } from '../../lib/fetching/fetch-services.ts'
import { limits } from '../../lib/fetching/limits.ts'
import type { Run } from '../../lib/runs/run.ts'
import { type FetchJob, fetchJobSchema } from '../../lib/schedule/fetch-job.ts'
import { type Log, safeFieldsOf } from '../shared/logger.ts'
import type { FunctionMetrics } from '../shared/metrics.ts'

/** What stays free at the end of the invocation for logging out and writing the record. */
const closingTime = 30_000

export interface FetchFunction {
  readonly services: FetchServices
  readonly log: Log
  readonly metrics: FunctionMetrics
}

/**
 * Takes jobs from the fetch queue (batch size 1). Every job is acknowledged, whatever comes of it: an unacknowledged one would block
 * its account for the visibility time, and the next tick is the better retry.
 */
export const fetchHandler =
  ({ services, log, metrics }: FetchFunction) =>
  async (event: SQSEvent, context: { getRemainingTimeInMillis(): number }): Promise<SQSBatchResponse> => {
    for (const record of event.Records) {
      const job = parseJob(record.body)
      if (job) report(await work(job, context.getRemainingTimeInMillis()), log, metrics)
      else
        log.error('a message on the fetch queue is not a fetch job and was dropped', { sqsMessageId: record.messageId })
    }
    return { batchItemFailures: [] }

    async function work(job: FetchJob, remaining: number): Promise<Run> {
      const left = Math.max(0, Math.min(limits.endWithin, remaining - closingTime))
      const startNothingAfter = services.now() + Math.min(limits.startWithin, left)
      try {
        return await fetchAccount(services, job, { startNothingAfter, signal: AbortSignal.timeout(left) })
      } catch (error) {
        log.error('the run met a defect', { runId: job.runId, accountId: job.accountId, ...safeFieldsOf(error) })
        return await recordCrash(services, job, error)
      }
    }
  }

const parseJob = (body: string): FetchJob | undefined => {
  try {
    return fetchJobSchema.parse(JSON.parse(body))
  } catch {
    // The body is not ours; logging it could show what it holds. The caller logs its SQS id.
    return undefined
  }
}

const report = (
  { runId, accountId, state, counts, duration, roundTrips, error }: Run,
  log: Log,
  metrics: FunctionMetrics,
) => {
  const { found, stored, deleted, left } = counts
  log.info('fetch run', {
    runId,
    accountId,
    state,
    found,
    stored,
    deleted,
    left,
    duration,
    roundTrips,
    code: error?.code,
  })
  if (stored > 0) metrics.count('MessagesStored', stored)
  if (error) metrics.count('FetchFailed', 1, { code: error.code })
}
