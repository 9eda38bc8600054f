import * as z from 'zod'
import { FifoQueue, type FifoQueueOptions, type SQSClient } from '../notifications/fifo-queue.ts'
import type { AskedRun } from '../runs/run.ts'

/** Whether the run records the protocol conversation. */
const debug = z.literal(true).optional()

/**
 * The body of a message on the fetch queue. Each job fetches one account in one run. Fields of a later version are
 * ignored.
 */
export const fetchJobSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tick'), accountId: z.string(), runId: z.string(), slot: z.iso.datetime() }),
  z.object({ kind: z.literal('run'), accountId: z.string(), runId: z.string(), debug }),
  z.object({ kind: z.literal('cont'), accountId: z.string(), runId: z.string(), part: z.int().min(2), debug }),
])
export type FetchJob = z.infer<typeof fetchJobSchema>
export type TickJob = Extract<FetchJob, { kind: 'tick' }>

/** The run of a tick has no row at first, so that it is derived from the job. */
export const runOfTick = ({ runId, accountId, slot }: TickJob): AskedRun => ({
  runId,
  accountId,
  trigger: 'schedule',
  slot,
  askedAt: slot,
  askedBy: 'schedule',
})

export const deduplicationIdOf = (job: FetchJob): string => {
  switch (job.kind) {
    case 'tick':
      return `tick:${job.accountId}:${job.slot}`
    case 'run':
      return `run:${job.runId}`
    case 'cont':
      return `cont:${job.runId}:${job.part}`
  }
}

/** The FIFO queue of fetch jobs. It has one message group per account, so that an account has one session at a time. */
export class FetchQueue extends FifoQueue<FetchJob> {
  constructor(client: SQSClient, queueUrl: string, options: FifoQueueOptions = {}) {
    super(client, queueUrl, { ...options, groupOf: ({ accountId }) => accountId, deduplicationIdOf })
  }
}
