import * as z from 'zod'
import type { Run, RunState, RunTrigger } from './run.ts'

/** Where a list goes on: after the last run looked at, or at the start of a day. */
export const runCursorSchema = z.strictObject({
  /** Lists over all accounts only. */
  day: z.iso.date().optional(),
  after: z.strictObject({ askedAt: z.iso.datetime(), runId: z.string().min(1).max(64) }).optional(),
})
export type RunCursor = z.infer<typeof runCursorSchema>

export interface RunQuery {
  /** Left out: the runs of all accounts. */
  readonly accountId?: string | undefined
  readonly state?: RunState | undefined
  readonly trigger?: RunTrigger | undefined
  /** Both inclusive, ISO 8601 in UTC with milliseconds, compared with the time of asking. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** 1 to 100. */
  readonly limit: number
  readonly cursor?: RunCursor | undefined
}

export interface RunPage {
  readonly runs: Run[]
  /** There may be more. A page can be short, even empty, and still have a `next`: the work of one call is bounded. */
  readonly next?: RunCursor
}

/** What people read of the runs. */
export interface RunCatalog {
  read(runId: string): Promise<Run | undefined>
  /** Newest first. @throws ProblemError `invalid-request` for a cursor that does not belong to the query */
  list(query: RunQuery): Promise<RunPage>
  /** The account's last runs that are queued or running, newest first. */
  openOf(accountId: string): Promise<Run[]>
}
