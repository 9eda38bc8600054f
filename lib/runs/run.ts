import * as z from 'zod'
import { exampleIds, personField, subField, timeField } from '../requests/documented-fields.ts'

/** `lost`: the run was requested, but its end was never recorded. The next tick or run fetches the mailbox again. */
export const runStates = ['queued', 'running', 'done', 'failed', 'crashed', 'lost'] as const
export type RunState = (typeof runStates)[number]
export const runTriggers = ['schedule', 'request'] as const
export type RunTrigger = (typeof runTriggers)[number]

/** Why a run did not store a message that it found. */
export const skipReasons = [
  'too-large',
  'flagged-deleted',
  'absent',
  'vanished',
  'deadly',
  'before-start',
  'unstorable',
  'raw-mail-differs',
] as const

/** The documentation of the fields of runs, for both requests and responses. */
export const runFieldDocs = {
  runId: { description: 'The run’s id.', examples: [exampleIds.run] },
  accountId: { description: 'The id of the account that the run fetches.', examples: [exampleIds.account] },
  state: {
    description:
      '`queued`: the run was requested. `running`: the run is in progress. `done`: the run ended without an error. ' +
      '`failed`: the run ended with the `error`. `crashed`: the process of the run ended unexpectedly. ' +
      '`lost`: no end was recorded within two hours.',
    examples: ['done'],
  },
  trigger: { description: 'Who requested the run: the schedule or a person.', examples: ['schedule'] },
}

const count = (description: string, example = 0) => z.int().meta({ description, examples: [example] })

const runCountsSchema = z
  .object({
    found: count('Messages that the server listed.', 3),
    stored: count('New messages that this run stored.', 2),
    alreadyKnown: count('Messages that an earlier run had already stored.'),
    skipped: count('Messages that were not stored, each for one of the reasons in `skippedBecause`.', 1),
    left: count(
      'Messages that were found but not examined, because the time was up, the session ended, or the account changed. While the ' +
        'run is in progress, these are the messages that it has not examined yet.',
    ),
    deleted: count('Messages that were deleted on the server, with its confirmation.', 2),
    moved: count('Messages that were moved to another folder on the server, with its confirmation.').default(0),
    announced: count('Announcements that the topic confirmed.', 2),
  })
  .meta({
    description:
      'The counts balance at any time: found = stored + alreadyKnown + skipped + left. While the run is in progress, they are about a second old.',
  })
export type RunCounts = z.infer<typeof runCountsSchema>

const runEventSchema = z.object({
  at: timeField('The time of the event.'),
  code: z.string().meta({ description: 'A stable code, such as `too-large`.', examples: ['too-large'] }),
  detail: z.string().meta({
    description: 'A description of the event for people.',
    examples: ['Message 12 has 200000000 bytes, but the account allows 157286400. It stays on the server.'],
  }),
  messageId: z
    .string()
    .meta({ description: 'The id of the message that the event is about.', examples: [exampleIds.message] })
    .optional(),
  messages: z
    .int()
    .meta({ description: 'How many messages it is about, if it is about several.', examples: [12] })
    .optional(),
})
/** More events would bring the row close to DynamoDB's limit of 400 KB. The run index lists the messages themselves. */
export const runEventLimit = 200

/** How much of the protocol conversation of a run with `debug` was recorded. */
const runConversationSchema = z
  .object({
    parts: count('Parts written so far.', 4),
    bytes: count('Bytes of text recorded so far.', 2841),
    cut: z.boolean().meta({ description: 'True if the recording ended at its limit of 1 MiB.', examples: [false] }),
  })
  .meta({
    description:
      'How much of the run’s conversation was recorded; only for runs requested with `debug`. Conversations are kept for 24 hours.',
  })
export type RunConversation = z.infer<typeof runConversationSchema>

/** Milliseconds from the start of the part; absent if the step was not reached. */
const after = (what: string, example: number) =>
  z
    .int()
    .meta({ description: `Milliseconds from the start until ${what}.`, examples: [example] })
    .optional()

/** How far the connection of a run got. An absent step was not reached or does not exist for the account's type. */
const runConnectionSchema = z
  .object({
    host: z.string().meta({ description: 'The account’s host at that time.', examples: ['imap.example.com'] }),
    port: z.int().meta({ description: 'The port.', examples: [993] }),
    address: z
      .string()
      .meta({ description: 'The IP address of the host that accepted the connection.', examples: ['203.0.113.25'] })
      .optional(),
    connectedAfter: after('the TCP connection was established', 41),
    tls: z
      .object({
        version: z.string().meta({ description: 'The negotiated TLS version.', examples: ['TLSv1.3'] }),
        subject: z
          .string()
          .meta({ description: 'The subject of the server’s certificate.', examples: ['CN=imap.example.com'] })
          .optional(),
        issuer: z
          .string()
          .meta({ description: 'The issuer of the certificate.', examples: ['CN=Example CA, O=Example'] })
          .optional(),
        validTo: timeField('The time at which the certificate expires.', '2026-09-01T12:00:00.000Z').optional(),
      })
      .meta({ description: 'The encryption of the session; absent for the types `IMAP` and `POP3`.' })
      .optional(),
    securedAfter: after('the session was encrypted', 84),
    login: z
      .string()
      .meta({ description: 'The login method.', examples: ['LOGIN'] })
      .optional(),
    loggedInAfter: after('the server accepted the login', 131),
    folder: z
      .string()
      .meta({ description: 'The folder that was opened; IMAP only.', examples: ['INBOX'] })
      .optional(),
    messages: z
      .int()
      .meta({ description: 'The number of messages in the folder when it was opened.', examples: [3] })
      .optional(),
    openedAfter: after('the folder was open', 188),
    logins: z.int().meta({
      description: 'The number of logins in this run. POP3 needs another login each time deletions are committed.',
      examples: [1],
    }),
    bytesReceived: z.int().meta({ description: 'Bytes received from the server.', examples: [21877] }),
  })
  .meta({ description: 'The steps of the run’s last connection. They contain no secrets.' })
export type RunConnection = z.infer<typeof runConnectionSchema>

/** One row of the runs table. Times are in ISO 8601, durations in milliseconds and sizes in bytes. */
export const runSchema = z.object({
  runId: z.string().meta(runFieldDocs.runId),
  accountId: z.string().meta(runFieldDocs.accountId),
  trigger: z.enum(runTriggers).meta(runFieldDocs.trigger),
  slot: timeField('The tick that the run belongs to; scheduled runs only.', '2026-03-02T08:10:00.000Z').optional(),
  askedAt: timeField('The time of the request.', '2026-03-02T08:10:01.007Z'),
  askedBy: personField('The person who requested the run; `schedule` if the schedule did.'),
  askedBySub: subField('the person who requested the run'),
  state: z.enum(runStates).meta(runFieldDocs.state),
  startedAt: timeField('The time at which fetching began.').optional(),
  partStartedAt: timeField('The time at which the latest part of the run began.').optional(),
  endedAt: timeField('The time at which the run ended.', '2026-03-02T08:10:06.031Z').optional(),
  duration: z
    .int()
    .meta({ description: 'Milliseconds from start to end.', examples: [1813] })
    .optional(),
  parts: count('The number of invocations that worked on the run: 1, and one more for each continuation.', 1),
  counts: runCountsSchema,
  skippedBecause: z
    .partialRecord(z.enum(skipReasons), z.int())
    .meta({ description: 'The number of skipped messages for each reason.', examples: [{ 'too-large': 1 }] }),
  storedByQueue: z.record(z.string(), z.int()).meta({
    description: 'The number of stored messages for each queue, by the queue’s name.',
    examples: [{ Support: 2 }],
  }),
  bytes: count('The total size of the stored messages in bytes.', 18231),
  roundTrips: count('How often the run waited for a response of the server.', 14),
  oldestWaitingAt: timeField(
    'The arrival time of the oldest message that the run left on the server; absent if none is left.',
  ).optional(),
  connection: runConnectionSchema.optional(),
  conversation: runConversationSchema.optional(),
  error: z
    .object({
      code: z.string().meta({ description: 'A stable code for programs.', examples: ['credentials-rejected'] }),
      detail: z
        .string()
        .meta({ description: 'What happened.', examples: ['The server rejected the user name or password.'] }),
      remedy: z.string().meta({ description: 'What to do.', examples: ['Correct the password and fetch again.'] }),
    })
    .meta({ description: 'Why the run failed.' })
    .optional(),
  events: z
    .array(runEventSchema)
    .max(runEventLimit)
    .meta({ description: `Other notable events, at most ${runEventLimit}.` }),
})
export type Run = z.infer<typeof runSchema>

export const noCounts: RunCounts = {
  found: 0,
  stored: 0,
  alreadyKnown: 0,
  skipped: 0,
  left: 0,
  deleted: 0,
  moved: 0,
  announced: 0,
}

export type AskedRun = Pick<Run, 'runId' | 'accountId' | 'trigger' | 'slot' | 'askedAt' | 'askedBy' | 'askedBySub'>

/** @returns a run that has just been requested, with all counts at zero */
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
