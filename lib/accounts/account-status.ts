import * as z from 'zod'

/** What an admin sees of a failure; `code` is stable. */
export const accountErrorSchema = z.object({
  code: z.string(),
  words: z.string(),
  remedy: z.string(),
  at: z.string(),
  /** Runs that failed one after the other, this one included. */
  consecutive: z.int().min(1),
})

/** One row of account-status: only fetch and dispatch write it, so a run never breaks an admin's If-Match. Times are ISO 8601. */
export const accountStatusSchema = z.object({
  accountId: z.string(),
  /** All three absent while the account must not be fetched; the first two are the due index. */
  dueBucket: z.string().optional(),
  dueOrder: z.string().optional(),
  nextFetchAt: z.string().optional(),
  /** The newest slot a run has taken; a tick at or before it is dropped. */
  lastSlot: z.string().optional(),
  lastRun: z
    .object({
      runId: z.string(),
      state: z.string(),
      startedAt: z.string(),
      endedAt: z.string().optional(),
      stored: z.int(),
      deleted: z.int(),
    })
    .optional(),
  lastSuccessAt: z.string().optional(),
  lastError: accountErrorSchema.optional(),
  /** INTERNALDATE (IMAP) or first-seen time (POP3) of the oldest message left on the server; absent when none is left. */
  oldestWaitingAt: z.string().optional(),
  /** The message `oldestWaitingAt` speaks of; POP3 knows no dates, so its time stays while this uid is still the oldest. */
  oldestWaitingUid: z.string().optional(),
  /** Identity of the mailbox at the last run; when it changes, content hashes are compared until a run leaves nothing. */
  mailboxIdentity: z.string().optional(),
  compareContent: z.boolean().optional(),
  /** Uids being read when the row was written; still there at the next start, the process died over one of them. */
  inFlight: z.array(z.string()).optional(),
  /** Deaths per uid: three, and the message is left alone. */
  deaths: z.record(z.string(), z.int()).optional(),
  /** After-fetch keep, IMAP: everything up to this UID has been dealt with, except `keepExceptions`. */
  keepWatermark: z.string().optional(),
  /** Too large at the time; looked at again when the account's limit allows their size (bytes). */
  keepExceptions: z.array(z.object({ uid: z.string(), size: z.int() })).optional(),
  /** Message ids already reported as too large, so that each is reported once. */
  reportedTooLarge: z.array(z.string()).optional(),
})
export type AccountStatus = z.infer<typeof accountStatusSchema>

export interface AccountStatusReader {
  read(accountId: string): Promise<AccountStatus | undefined>
  readMany(accountIds: readonly string[]): Promise<AccountStatus[]>
}
