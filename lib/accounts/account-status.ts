import * as z from 'zod'
import { reasonSchema } from '../reasons/reason.ts'
import { exampleIds, reasonFields, timeField } from '../requests/documented-fields.ts'

/** A failure as admins see it. */
export const accountErrorSchema = z.object({
  ...reasonFields(
    {
      code: 'credentials-rejected',
      detail: 'The server rejected the user name or password.',
      remedy: 'Check the user name and password. Many providers require an app password or OAuth2.',
    },
    'What went wrong.',
  ),
  at: timeField('When it last happened.', '2026-03-02T08:00:03.120Z'),
  since: timeField('When the first of these consecutive failures happened.', '2026-03-02T07:40:03.120Z').optional(),
  consecutive: z
    .int()
    .min(1)
    .meta({ description: 'How many runs in a row have failed, including this one.', examples: [3] }),
})

/**
 * At one run every ten minutes, this covers the last hour and a half. This is enough to show an intermittent
 * problem and its end.
 */
export const recentRunsKept = 10

/**
 * What a run remembers for the next one. Only the fetch function writes it, and at most one run of an account is in
 * progress at a time. Lists of messages contain marks (`markOf`), not whole UIDLs.
 */
const resumeSchema = z.object({
  /**
   * The identity of the mailbox at the last run. If it or all UIDLs change, content hashes are compared until a run has
   * read every message.
   */
  mailboxIdentity: z.string().optional(),
  compareContent: z.boolean().optional(),
  /**
   * The messages that were being read when the row was written. If a run finds them at its start, the process crashed
   * on one of them.
   */
  inFlight: z.array(z.string()).optional(),
  /** Messages to read last and one by one, in this order, because a run crashed or a session broke on them. */
  suspects: z.array(z.string()).optional(),
  /** The number of process crashes per message. After three, the message is left alone. */
  deaths: z.record(z.string(), z.int()).optional(),
  /**
   * The message that `oldestWaitingAt` refers to. POP3 has no dates, so the time is kept while this message is the
   * oldest.
   */
  oldestWaitingUid: z.string().optional(),
  /**
   * POP3: a run requested deletions, but the server did not confirm them. Known messages are compared by their bytes.
   */
  removalUnconfirmed: z.boolean().optional(),
  /**
   * How often the server agreed to remove a message but listed it again. `counts` contains a digest of eight characters
   * and one digit for each message, in one string, because a list would take half as much space again. The counts are
   * only valid for these `actions` of the account.
   */
  ignoredRemovals: z.object({ actions: z.string(), counts: z.string() }).optional(),
  /**
   * POP3: messages that have a row may be on the server. A run that finds none of their UIDLs compares messages by
   * bytes.
   */
  knownOnServer: z.boolean().optional(),
  /**
   * POP3: known messages had new UIDLs. `changed`: in the latest run. `unstable`: repeatedly, so messages are compared
   * by their bytes until the identity of the mailbox changes. The account's health then shows a warning.
   */
  uidls: z.enum(['changed', 'unstable']).optional(),
  /**
   * POP3: a session with this server, which announces PIPELINING, broke. It gets one command at a time until this time.
   */
  oneByOne: z.object({ server: z.string(), until: z.string() }).optional(),
  /** After-fetch keep, IMAP: all messages up to the watermark have been processed, except `exceptions`. */
  keep: z
    .object({
      watermark: z.string().optional(),
      /** The account's `startsAt` when the watermark was set. */
      start: z.string().optional(),
      /** Messages that were too large. They are fetched when the account's limit allows their size (in bytes). */
      exceptions: z.array(z.object({ uid: z.string(), size: z.int() })),
    })
    .optional(),
  /** For accounts that do not collect everything: the messages in the mailbox when it was first examined. */
  startSight: z
    .object({
      /** The identity of the mailbox and of the chosen start. */
      mailbox: z.string(),
      /** IMAP: the highest UID at that time. */
      highestUid: z.string().optional(),
      /** IMAP: all these messages arrived before the start, so they do not have to be listed again. */
      nothingElse: z.boolean().optional(),
      /**
       * POP3: digests of the UIDLs, eight characters each, in one string. A list would take half as much space again.
       */
      seen: z.string().optional(),
      /** POP3 with a start date, during the first examination: digests of the messages that turned out to be new. */
      newer: z.string().optional(),
    })
    .optional(),
  /** Messages larger than listed and larger than the account's limit. `size` is the number of bytes received. */
  largerThanListed: z.array(z.object({ uid: z.string(), listed: z.int(), size: z.int() })).optional(),
  /** The ids of messages that were reported as too large. Each message is reported once. */
  reportedTooLarge: z.array(z.string()).optional(),
})
export type Resume = z.infer<typeof resumeSchema>

/**
 * A row of the account-status table. Only fetch, dispatch and a consent, which makes its account due, write it. So a
 * run never invalidates an admin's If-Match. Times are in ISO 8601.
 *
 * The fields of the schedule are attributes of the row itself, because the due index and the conditions of writes need
 * them there. What a run remembers for the next one is nested in `resume`.
 */
export const accountStatusSchema = z.object({
  accountId: z.string(),
  /** The schedule's due index: when to fetch next, or when to check again whether the account exists. */
  dueBucket: z.string().optional(),
  dueOrder: z.string().optional(),
  /** The index of all statuses. See `listedAsOf`. */
  listedAs: z.enum(['failing', 'other']).optional(),
  listedOrder: z.string().optional(),
  nextFetchAt: timeField(
    'When the account is due again. Absent while it is not fetched.',
    '2026-03-02T08:20:00.000Z',
  ).optional(),
  /** The newest slot that a run has taken. Ticks at or before it are dropped. */
  lastSlot: z.string().optional(),
  lastRun: z
    .object({
      runId: z.string().meta({ description: 'The run’s id.', examples: [exampleIds.run] }),
      state: z.string().meta({ description: 'The run’s state.', examples: ['done'] }),
      startedAt: timeField('When the run started.', '2026-03-02T08:10:01.004Z'),
      endedAt: timeField('When the run ended. Absent while it is in progress.', '2026-03-02T08:10:05.377Z').optional(),
      stored: z.int().meta({ description: 'How many messages the run stored.', examples: [12] }),
      deleted: z.int().meta({ description: 'How many messages the run deleted on the server.', examples: [12] }),
      moved: z
        .int()
        .meta({ description: 'How many messages the run moved to another folder. Absent if none.', examples: [3] })
        .optional(),
      warnings: z
        .record(z.string(), z.int())
        .meta({
          description: 'How many messages need attention, by code.',
          examples: [{ 'too-large': 1 }],
        })
        .optional(),
    })
    .meta({ description: 'The latest fetch run.' })
    .optional(),
  /** How the latest runs ended, at most `recentRunsKept`, the newest first. */
  recentRuns: z.array(z.object({ state: z.string(), at: z.string() })).optional(),
  lastStoredAt: timeField('When a run last stored a message.', '2026-03-02T08:10:05.377Z').optional(),
  lastSuccessAt: timeField('When a run last succeeded.', '2026-03-02T08:10:05.377Z').optional(),
  lastError: accountErrorSchema
    .meta({ description: 'Why the latest runs failed. Absent if the last run succeeded.' })
    .optional(),
  /** The last run succeeded, but messages that need attention stay on the server. */
  warning: reasonSchema.extend({ at: z.string() }).optional(),
  /** INTERNALDATE (IMAP) or the time at which the message was first seen (POP3). */
  oldestWaitingAt: timeField(
    'When the oldest message that is waiting on the server arrived (IMAP) or was first seen (POP3). Absent if none is waiting.',
    '2026-03-02T08:09:12.000Z',
  ).optional(),
  /** The accounts that collected the same mailbox at the latest check. The view checks whether they still do. */
  sameMailbox: z.array(z.string()).optional(),
  /** Private to fetching. */
  resume: resumeSchema.optional(),
  /** True while `resume.uidls` is `unstable`, for the index, which does not contain `resume`. */
  unstableUidls: z.boolean().optional(),
})
export type AccountStatus = z.infer<typeof accountStatusSchema>

/** The index's attributes for an account whose latest run failed, or for any other account. */
export const listedAsOf = (
  accountId: string,
  failingSince: string | undefined,
): Required<Pick<AccountStatus, 'listedAs' | 'listedOrder'>> =>
  failingSince === undefined
    ? { listedAs: 'other', listedOrder: accountId }
    : { listedAs: 'failing', listedOrder: `${failingSince}#${accountId}` }

export interface AccountStatusReader {
  read(accountId: string): Promise<AccountStatus | undefined>
  readMany(accountIds: readonly string[]): Promise<AccountStatus[]>
}
