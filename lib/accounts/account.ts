import * as z from 'zod'
import { accountTypes } from './account-type.ts'

/** 32 MiB is the reference's limit; Exchange Online's absolute ceiling is 150 MB, so 150 MiB takes whatever a provider hands over. */
export const defaultMaxMessageSize = 150 * 1024 * 1024
/** Above this a message cannot be read and stored within one run's 510 s at 1 MiB/s. */
export const highestMaxMessageSize = 500 * 1024 * 1024

export const validities = ['valid', 'invalid', 'invalid-temporarily'] as const

export const dispatchingSchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('to-field') }),
  z.strictObject({ by: z.literal('queue'), queueId: z.string().min(1).max(64) }),
])

export const afterFetchSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('delete') }),
  z.strictObject({ action: z.literal('move'), folder: z.string().min(1).max(250) }),
  z.strictObject({ action: z.literal('keep') }),
])

/** What happens to a message above the account's limit. Whatever is chosen, it never blocks what is behind it. */
export const tooLargeSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('leave') }),
  z.strictObject({ action: z.literal('move'), folder: z.string().min(1).max(250) }),
])

/**
 * How the account logs in. `oauth2` joins this union later: everything that reads it must switch on `method`.
 * `secretVersion` is the Secrets Manager VersionId that belongs to this row, so a half-finished change is never used.
 */
export const credentialReferenceSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('password'), secretVersion: z.string().min(1) }),
])

/** One row of the accounts table: only the API writes it. Times are ISO 8601 in UTC with milliseconds. */
export const accountSchema = z.object({
  accountId: z.string().min(1),
  type: z.enum(accountTypes),
  credential: credentialReferenceSchema,
  username: z.string().min(1),
  host: z.string().min(1),
  port: z.int().min(1).max(65_535),
  /** Absent for POP3 types. */
  folder: z.string().min(1).max(250).optional(),
  trusted: z.boolean(),
  dispatching: dispatchingSchema,
  validity: z.enum(validities),
  comment: z.string().max(250),
  afterFetch: afterFetchSchema,
  /** Bytes. */
  maxMessageSize: z.int().min(1).max(highestMaxMessageSize),
  tooLarge: tooLargeSchema,
  /** PEM; replaces the system's roots for this account. */
  customCa: z.string().optional(),
  /** Rises when protocol family, host or username changes: part of every message id. */
  mailboxEpoch: z.int().min(1),
  /** Rises with every change; the ETag. */
  version: z.int().min(1),
  createdAt: z.string(),
  createdBy: z.string(),
  changedAt: z.string(),
  changedBy: z.string(),
})
export type Account = z.infer<typeof accountSchema>
export type AccountId = Account['accountId']

/** What fetch and dispatch need of the accounts; the API's own store has more. */
export interface AccountReader {
  read(accountId: AccountId): Promise<Account | undefined>
  readMany(accountIds: readonly AccountId[]): Promise<Account[]>
  /** Ids of accounts created or changed at or after `since` (ISO), oldest change first. Deleted accounts do not appear. */
  changedSince(since: string): AsyncIterable<AccountId[]>
}
