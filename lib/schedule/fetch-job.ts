import * as z from 'zod'

/** The protocol conversation is recorded. */
const debug = z.literal(true).optional()

/** Body of a message on the fetch queue: one account, one run. */
export const fetchJobSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tick'), accountId: z.string(), runId: z.string(), slot: z.iso.datetime() }),
  z.strictObject({ kind: z.literal('run'), accountId: z.string(), runId: z.string(), debug }),
  z.strictObject({ kind: z.literal('cont'), accountId: z.string(), runId: z.string(), part: z.int().min(2), debug }),
])
export type FetchJob = z.infer<typeof fetchJobSchema>

/** Never content-based: SQS swallows an equal id within five minutes, so each id says exactly what may not happen twice. */
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

/** The FIFO queue with one message group per account. */
export interface FetchQueue {
  /** Resolves to the jobs that were not accepted. Any number; sent ten at a time. */
  send(jobs: readonly FetchJob[]): Promise<FetchJob[]>
}
