import * as z from 'zod'
import { exampleIds, timeField } from '../requests/documented-fields.ts'

/** A failure as admins see it. */
export const accountErrorSchema = z.object({
  code: z.string().meta({ description: 'A stable code for programs.', examples: ['credentials-rejected'] }),
  words: z
    .string()
    .meta({ description: 'What went wrong.', examples: ['The server rejected the user name or password.'] }),
  remedy: z.string().meta({
    description: 'How to resolve it.',
    examples: ['Check the user name and password. Many providers require an app password or OAuth2.'],
  }),
  at: timeField('When it last happened.', '2026-03-02T08:00:03.120Z'),
  since: timeField('When the first of these runs failed.', '2026-03-02T07:40:03.120Z').optional(),
  consecutive: z
    .int()
    .min(1)
    .meta({ description: 'How many runs in a row have failed, including this one.', examples: [3] }),
})

/**
 * At one run each ten minutes the last hour and a half: enough to see trouble that comes and goes, and that it is over.
 */
export const recentRunsKept = 10

/**
 * One row of account-status: only fetch and dispatch write it (and a consent, which makes its account due), so a run
 * never breaks an admin's If-Match. Times are ISO 8601.
 */
export const accountStatusSchema = z.object({
  accountId: z.string(),
  /** The due index: when to fetch next, or to look again whether the account exists. */
  dueBucket: z.string().optional(),
  dueOrder: z.string().optional(),
  nextFetchAt: timeField(
    'When the account is due again. Absent while it is not fetched.',
    '2026-03-02T08:20:00.000Z',
  ).optional(),
  /** The newest slot a run has taken; a tick at or before it is dropped. */
  lastSlot: z.string().optional(),
  lastRun: z
    .object({
      runId: z.string().meta({ description: 'The run’s id.', examples: [exampleIds.run] }),
      state: z.string().meta({ description: 'The run’s state.', examples: ['done'] }),
      startedAt: timeField('When the run started.', '2026-03-02T08:10:01.004Z'),
      endedAt: timeField('When the run ended. Absent while it is in progress.', '2026-03-02T08:10:05.377Z').optional(),
      stored: z.int().meta({ description: 'How many messages the run stored.', examples: [12] }),
      deleted: z.int().meta({ description: 'How many messages the run removed from the server.', examples: [12] }),
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
  /** How the latest runs ended, newest first, at most `recentRunsKept`. */
  recentRuns: z.array(z.object({ state: z.string(), at: z.string() })).optional(),
  lastStoredAt: timeField('When a run last stored a message.', '2026-03-02T08:10:05.377Z').optional(),
  lastSuccessAt: timeField('When a run last succeeded.', '2026-03-02T08:10:05.377Z').optional(),
  lastError: accountErrorSchema
    .meta({ description: 'Why the latest runs failed. Absent if the last run succeeded.' })
    .optional(),
  /** The last run did its work, but messages stay on the server that somebody should know of. */
  warning: z.object({ code: z.string(), words: z.string(), remedy: z.string(), at: z.string() }).optional(),
  /** INTERNALDATE (IMAP) or first-seen time (POP3). */
  oldestWaitingAt: timeField(
    'Since when the oldest message has been waiting on the server. Absent if no message is left.',
    '2026-03-02T08:09:12.000Z',
  ).optional(),
  /**
   * The message `oldestWaitingAt` speaks of; POP3 knows no dates, so its time stays while this uid is still the oldest.
   */
  oldestWaitingUid: z.string().optional(),
  /**
   * Identity of the mailbox at the last run. When it or all UIDLs change, content hashes are compared until a run leaves
   * nothing.
   */
  mailboxIdentity: z.string().optional(),
  compareContent: z.boolean().optional(),
  /**
   * POP3: a run requested deletions, but it is unknown whether the server made them. Known messages are compared by
   * their bytes.
   */
  removalUnconfirmed: z.boolean().optional(),
  /**
   * POP3: messages with a row may be on the server. Where a run finds none of their UIDLs listed, it compares by bytes.
   */
  knownOnServer: z.boolean().optional(),
  /**
   * POP3: known messages were found under new UIDLs. `changed`: by the latest run; `unstable`: time after time, so that
   * messages go by their bytes until the identity of the mailbox changes.
   */
  uidls: z.enum(['changed', 'unstable']).optional(),
  /** POP3: this server announces PIPELINING and broke a session; it gets one command at a time until then. */
  oneByOne: z.object({ server: z.string(), until: z.string() }).optional(),
  /**
   * How often the server agreed to remove a message and listed it again: a digest of eight characters and one digit for
   * each message, in one text, because a list would take half as much space again. It holds for these actions of the
   * account.
   */
  ignoredRemovals: z.object({ actions: z.string(), counts: z.string() }).optional(),
  /** Uids being read when the row was written; still there at the next start, the process died over one of them. */
  inFlight: z.array(z.string()).optional(),
  /** Uids read last and one by one, in this order: a run died or a session broke off while they were read. */
  suspects: z.array(z.string()).optional(),
  /** Process deaths per uid: three, and the message is left alone. */
  deaths: z.record(z.string(), z.int()).optional(),
  /** After-fetch keep, IMAP: everything up to this UID has been dealt with, except `keepExceptions`. */
  keepWatermark: z.string().optional(),
  /** The account's `startsAt` that the watermark belongs to. */
  keepStart: z.string().optional(),
  /** Too large at the time; looked at again when the account's limit allows their size (bytes). */
  keepExceptions: z.array(z.object({ uid: z.string(), size: z.int() })).optional(),
  /** Accounts that start later than their mail: what was there at the first look at this mailbox. */
  startSight: z
    .object({
      /** Identity of the mailbox it speaks of, start included. */
      mailbox: z.string(),
      /** IMAP: the highest UID then. */
      highestUid: z.string().optional(),
      /** IMAP: all of it came before the start, so that it need not be listed again. */
      nothingElse: z.boolean().optional(),
      /**
       * POP3: digests of the UIDLs, eight characters each; one text, as a list would cost DynamoDB half as much again.
       */
      seen: z.string().optional(),
      /** POP3 from a date on, while the first look goes on: digests of those that it found to be new. */
      newer: z.string().optional(),
    })
    .optional(),
  /** Messages that turned out larger than the server lists them, and larger than the account allowed: `size` is what had come. */
  largerThanListed: z.array(z.object({ uid: z.string(), listed: z.int(), size: z.int() })).optional(),
  /** Accounts that collected the same mailbox at the latest check; whether they still do is looked up when this is shown. */
  sameMailbox: z.array(z.string()).optional(),
  /** Message ids already reported as too large, so that each is reported once. */
  reportedTooLarge: z.array(z.string()).optional(),
})
export type AccountStatus = z.infer<typeof accountStatusSchema>

export interface AccountStatusReader {
  read(accountId: string): Promise<AccountStatus | undefined>
  readMany(accountIds: readonly string[]): Promise<AccountStatus[]>
}
