import * as z from 'zod'

/** True if the run records the protocol conversation. */
const debug = z.literal(true).optional()

/** The body of a message on the fetch queue. Each job fetches one account in one run. */
export const fetchJobSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tick'), accountId: z.string(), runId: z.string(), slot: z.iso.datetime() }),
  z.strictObject({ kind: z.literal('run'), accountId: z.string(), runId: z.string(), debug }),
  z.strictObject({ kind: z.literal('cont'), accountId: z.string(), runId: z.string(), part: z.int().min(2), debug }),
])
export type FetchJob = z.infer<typeof fetchJobSchema>

/**
 * Returns the deduplication ID. SQS drops a message if it received the same ID within the last five minutes, so the ID
 * identifies exactly the work that must not happen twice. It is never derived from the message's content.
 */
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
