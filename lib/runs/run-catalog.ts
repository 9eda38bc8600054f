import * as z from 'zod'
import type { Run, RunState, RunTrigger } from './run.ts'

/** Where a list continues: after the last run that was examined, or at the start of a day. */
export const runCursorSchema = z.strictObject({
  /** Only for lists over all accounts. */
  day: z.iso.date().optional(),
  after: z.strictObject({ askedAt: z.iso.datetime(), runId: z.string().min(1).max(64) }).optional(),
})
export type RunCursor = z.infer<typeof runCursorSchema>

export interface RunQuery {
  /** If omitted, the list contains the runs of all accounts. */
  readonly accountId?: string | undefined
  readonly state?: RunState | undefined
  readonly trigger?: RunTrigger | undefined
  /** `from` and `to` are inclusive and compared with the time of the request, in ISO 8601 in UTC with milliseconds. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** 1 to 100. */
  readonly limit: number
  readonly cursor?: RunCursor | undefined
}

export interface RunPage {
  readonly runs: Run[]
  /**
   * Present if there may be more runs. Even a short or empty page can have a `next`, because a call does limited work.
   */
  readonly next?: RunCursor
}

/** Gives access to runs for reading. */
export interface RunCatalog {
  read(runId: string): Promise<Run | undefined>
  /** Lists runs, newest first. @throws ProblemError `invalid-request` for a cursor that does not belong to the query */
  list(query: RunQuery): Promise<RunPage>
  /** @returns the account's latest runs that are queued or running, newest first */
  openOf(accountId: string): Promise<Run[]>
}
