import * as z from 'zod'

/** `lost`: asked for, but no end was ever recorded; the next tick or run takes the mailbox up again. */
export const runStates = ['queued', 'running', 'done', 'failed', 'crashed', 'lost'] as const
export const runTriggers = ['schedule', 'request'] as const

/** Why a found message was not stored by this run. */
export const skipReasons = ['too-large', 'flagged-deleted', 'absent', 'deadly', 'control-stopped'] as const

export const runCountsSchema = z.object({
  /** found = stored + alreadyKnown + skipped + left: the balance every finished run must keep. */
  found: z.int(),
  stored: z.int(),
  alreadyKnown: z.int(),
  skipped: z.int(),
  /** Found but not looked at in this run: time was up, the session ended, or the account changed. */
  left: z.int(),
  /** Confirmed gone from the folder: deleted or moved. */
  deleted: z.int(),
  announced: z.int(),
})
export type RunCounts = z.infer<typeof runCountsSchema>

export const runEventSchema = z.object({
  at: z.string(),
  code: z.string(),
  words: z.string(),
  messageId: z.string().optional(),
})
/** More would push the row towards DynamoDB's 400 KB; the messages themselves are found by their run index. */
export const runEventLimit = 200

/** One row of the runs table. Times are ISO 8601; durations milliseconds; sizes bytes. */
export const runSchema = z.object({
  runId: z.string(),
  accountId: z.string(),
  trigger: z.enum(runTriggers),
  /** Schedule only: the tick it belongs to. */
  slot: z.string().optional(),
  askedAt: z.string(),
  askedBy: z.string(),
  state: z.enum(runStates),
  startedAt: z.string().optional(),
  endedAt: z.string().optional(),
  duration: z.int().optional(),
  /** Invocations that worked on it: 1, and one more for each continuation. */
  parts: z.int(),
  counts: runCountsSchema,
  /** Per reason, for the sentence "3 skipped: 2 too large, 1 …". */
  skippedBecause: z.partialRecord(z.enum(skipReasons), z.int()),
  /** Messages stored by this run per queue name, for people's tables. */
  storedByQueue: z.record(z.string(), z.int()),
  bytes: z.int(),
  roundTrips: z.int(),
  oldestWaitingAt: z.string().optional(),
  error: z.object({ code: z.string(), words: z.string(), remedy: z.string() }).optional(),
  events: z.array(runEventSchema).max(runEventLimit),
})
export type Run = z.infer<typeof runSchema>

export const noCounts: RunCounts = {
  found: 0,
  stored: 0,
  alreadyKnown: 0,
  skipped: 0,
  left: 0,
  deleted: 0,
  announced: 0,
}

export type AskedRun = Pick<Run, 'runId' | 'accountId' | 'trigger' | 'slot' | 'askedAt' | 'askedBy'>

export interface RunStore {
  /** Writes a queued run; false when the id exists already (a tick that came twice). */
  ask(run: AskedRun): Promise<boolean>
  read(runId: string): Promise<Run | undefined>
  /** Replaces the row; sets retention: 7 days when done, 31 days otherwise. */
  save(run: Run): Promise<void>
  /** Newest first. */
  ofAccount(
    accountId: string,
    options: { limit: number; startKey?: Record<string, unknown> },
  ): Promise<{ runs: Run[]; nextKey?: Record<string, unknown> }>
  /** Queued or running runs asked for before `before`. */
  openBefore(before: string): AsyncIterable<Run[]>
}

/** For thousands of runs at once, whose ids are new: written in batches, which cannot look at what is there. */
export interface BulkRunStore {
  askMany(runs: readonly AskedRun[]): Promise<void>
}
