import * as z from 'zod'
import { exampleIds, personField, subField, timeField } from '../requests/documented-fields.ts'
import { runConnectionSchema } from './run-connection.ts'

/** `lost`: asked for, but no end was ever recorded; the next tick or run takes the mailbox up again. */
export const runStates = ['queued', 'running', 'done', 'failed', 'crashed', 'lost'] as const
export type RunState = (typeof runStates)[number]
export const runTriggers = ['schedule', 'request'] as const
export type RunTrigger = (typeof runTriggers)[number]

/** Why a found message was not stored by this run. */
export const skipReasons = [
  'too-large',
  'flagged-deleted',
  'absent',
  'vanished',
  'deadly',
  'before-start',
  'unstorable',
] as const

/** How fields of runs are documented, for what callers send and what they read. */
export const runFieldDocs = {
  runId: { description: 'The run’s id.', examples: [exampleIds.run] },
  accountId: { description: 'The account it fetched.', examples: [exampleIds.account] },
  state: {
    description:
      '`queued`: asked for; `running`; `done`: did what it could; `failed`: could not, see `error`; `crashed`: its process died; ' +
      '`lost`: no end was recorded within two hours.',
    examples: ['done'],
  },
  trigger: { description: 'Who asked: the schedule or a person.', examples: ['schedule'] },
}

const count = (description: string, example = 0) => z.int().meta({ description, examples: [example] })

export const runCountsSchema = z
  .object({
    found: count('Messages the server listed.', 3),
    stored: count('New messages stored by this run.', 2),
    alreadyKnown: count('Messages an earlier run had stored.'),
    skipped: count('Messages not stored, each for one of the reasons in `skippedBecause`.', 1),
    left: count('Found but not looked at: time was up, the session ended, or the account changed.'),
    deleted: count('Messages the server confirmed as gone from the folder: deleted or moved.', 2),
    announced: count('Announcements the topic confirmed.', 2),
  })
  .meta({ description: 'They balance: found = stored + alreadyKnown + skipped + left.' })
export type RunCounts = z.infer<typeof runCountsSchema>

export const runEventSchema = z.object({
  at: timeField('When it happened.'),
  code: z.string().meta({ description: 'Stable, such as `too-large`.', examples: ['too-large'] }),
  words: z.string().meta({
    description: 'What happened, for people.',
    examples: ['Message 12 has 200000000 bytes, the account allows 157286400; it was left on the server.'],
  }),
  messageId: z
    .string()
    .meta({ description: 'The message it is about.', examples: [exampleIds.message] })
    .optional(),
  messages: z
    .int()
    .meta({ description: 'How many messages it is about, if it is about several.', examples: [12] })
    .optional(),
})
/** More would push the row towards DynamoDB's 400 KB; the messages themselves are found by their run index. */
export const runEventLimit = 200

/** What was recorded of the protocol conversation of a run with `debug`. */
export const runConversationSchema = z
  .object({
    parts: count('Parts written so far.', 4),
    bytes: count('Bytes of text recorded so far.', 2841),
    cut: z.boolean().meta({ description: 'Recording ended at the limit of 1 MiB.', examples: [false] }),
  })
  .meta({
    description: 'Only of a run asked for with `debug`: how much of its conversation was recorded. Kept 24 hours.',
  })
export type RunConversation = z.infer<typeof runConversationSchema>

/** One row of the runs table. Times are ISO 8601; durations milliseconds; sizes bytes. */
export const runSchema = z.object({
  runId: z.string().meta(runFieldDocs.runId),
  accountId: z.string().meta(runFieldDocs.accountId),
  trigger: z.enum(runTriggers).meta(runFieldDocs.trigger),
  slot: timeField('The tick it belongs to; scheduled runs only.', '2026-03-02T08:10:00.000Z').optional(),
  askedAt: timeField('When it was asked for.', '2026-03-02T08:10:01.007Z'),
  askedBy: personField('The person who requested the run; `schedule` if the schedule did.'),
  askedBySub: subField('the person who asked for it'),
  state: z.enum(runStates).meta(runFieldDocs.state),
  startedAt: timeField('When fetching began.').optional(),
  partStartedAt: timeField('When its latest part began.').optional(),
  endedAt: timeField('When it ended.', '2026-03-02T08:10:06.031Z').optional(),
  duration: z
    .int()
    .meta({ description: 'Milliseconds from start to end.', examples: [1813] })
    .optional(),
  parts: count('Invocations that worked on it: 1, and one more for each continuation.', 1),
  counts: runCountsSchema,
  skippedBecause: z
    .partialRecord(z.enum(skipReasons), z.int())
    .meta({ description: 'How many were skipped for which reason.', examples: [{ 'too-large': 1 }] }),
  storedByQueue: z
    .record(z.string(), z.int())
    .meta({ description: 'How many were stored, by the name of their queue.', examples: [{ Support: 2 }] }),
  bytes: count('Bytes of the messages stored.', 18231),
  roundTrips: count('Times it waited for an answer of the server.', 14),
  oldestWaitingAt: timeField(
    'Arrival of the oldest message it left on the server; absent when none is left.',
  ).optional(),
  connection: runConnectionSchema.optional(),
  conversation: runConversationSchema.optional(),
  error: z
    .object({
      code: z.string().meta({ description: 'Stable: programs decide by it.', examples: ['credentials-rejected'] }),
      words: z
        .string()
        .meta({ description: 'What happened.', examples: ['The server refused user name or password.'] }),
      remedy: z.string().meta({ description: 'What to do.', examples: ['Correct the password and fetch again.'] }),
    })
    .meta({ description: 'Why it failed.' })
    .optional(),
  events: z
    .array(runEventSchema)
    .max(runEventLimit)
    .meta({ description: `What else is worth knowing, at most ${runEventLimit} lines.` }),
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

export type AskedRun = Pick<Run, 'runId' | 'accountId' | 'trigger' | 'slot' | 'askedAt' | 'askedBy' | 'askedBySub'>

/** A run as it is when it was asked for: nothing counted yet. */
export const queuedRun = ({ runId, accountId, trigger, slot, askedAt, askedBy, askedBySub }: AskedRun): Run => ({
  runId,
  accountId,
  trigger,
  ...(slot !== undefined && { slot }),
  askedAt,
  askedBy,
  ...(askedBySub !== undefined && { askedBySub }),
  state: 'queued',
  parts: 0,
  counts: noCounts,
  skippedBecause: {},
  storedByQueue: {},
  bytes: 0,
  roundTrips: 0,
  events: [],
})

export const isOpen = ({ state }: Pick<Run, 'state'>): boolean => state === 'queued' || state === 'running'

export interface RunStore {
  /**
   * Writes a queued run, also over one that the fetch queue refused before. False when the id exists already otherwise
   * (a tick that came twice).
   */
  ask(run: AskedRun): Promise<boolean>
  read(runId: string): Promise<Run | undefined>
  /** Replaces the row; sets retention: 7 days when done, 31 days otherwise. */
  save(run: Run): Promise<void>
  /**
   * Replaces the row only while it is open and in the same part as when it was read. False: somebody else went on with
   * the run.
   */
  replaceOpen(run: Run, read: Pick<Run, 'parts'>): Promise<boolean>
  /** Queued or running runs asked for before `before`. */
  openBefore(before: string): AsyncIterable<Run[]>
}

/** For thousands of runs at once, whose ids are new: written in batches, which cannot look at what is there. */
export interface BulkRunStore {
  askMany(runs: readonly AskedRun[]): Promise<void>
}
