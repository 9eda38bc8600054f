import * as z from 'zod'
import { bookkeepingFields } from '../requests/documented-fields.ts'
import { accountFieldDocs as docs } from './account-fields.ts'
import { accountTypes } from './account-type.ts'

/** 32 MiB is the reference's limit; Exchange Online's absolute ceiling is 150 MB, so 150 MiB takes whatever a provider hands over. */
export const defaultMaxMessageSize = 150 * 1024 * 1024
/** Above this a message cannot be read and stored within one run's 510 s at 1 MiB/s. */
export const highestMaxMessageSize = 500 * 1024 * 1024

export const validities = ['valid', 'invalid', 'invalid-temporarily'] as const

export const dispatchingSchema = z
  .discriminatedUnion('by', [
    z.strictObject({ by: z.literal('to-field').meta(docs.dispatchingBy) }),
    z.strictObject({
      by: z.literal('queue').meta(docs.dispatchingBy),
      queueId: z.string().min(1).max(64).meta(docs.queueId),
    }),
  ])
  .meta(docs.dispatching)

const movingSchema = z.strictObject({
  action: z.literal('move').meta(docs.action),
  folder: z.string().min(1).max(250).meta(docs.moveTo),
})

export const afterFetchSchema = z
  .discriminatedUnion('action', [
    z.strictObject({ action: z.literal('delete').meta(docs.action) }),
    movingSchema,
    z.strictObject({ action: z.literal('keep').meta(docs.action) }),
  ])
  .meta(docs.afterFetch)

/** What happens to a message above the account's limit. Whatever is chosen, it never blocks what is behind it. */
export const tooLargeSchema = z
  .discriminatedUnion('action', [z.strictObject({ action: z.literal('leave').meta(docs.action) }), movingSchema])
  .meta(docs.tooLarge)

/** Which of the mail that is there already is collected too. */
export const startFromSchema = z
  .union([z.enum(['everything', 'new']), z.strictObject({ since: z.iso.datetime().meta(docs.startSince) })])
  .meta(docs.startFrom)

/**
 * How the account logs in; where its tokens are is found by its id and profile (lib/oauth2/tokens).
 * `secretVersion` is the Secrets Manager VersionId that belongs to this row, so a half-finished change is never used.
 */
export const credentialReferenceSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('password'), secretVersion: z.string().min(1) }),
  z.object({ method: z.literal('oauth2'), profileId: z.string().min(1).max(64) }),
])

/** One row of the accounts table: only the API writes it. Times are ISO 8601 in UTC with milliseconds. */
export const accountSchema = z.object({
  accountId: z.string().min(1).meta(docs.accountId),
  type: z.enum(accountTypes).meta(docs.type),
  credential: credentialReferenceSchema,
  username: z.string().min(1).meta(docs.username),
  /** With OAuth2, where the mailbox is not that of the person who consents. */
  mailbox: z.string().min(1).meta(docs.mailbox).optional(),
  host: z.string().min(1).meta(docs.host),
  port: z.int().min(1).max(65_535).meta(docs.port),
  /** Absent for POP3 types. */
  folder: z.string().min(1).max(250).meta(docs.folder).optional(),
  trusted: z.boolean().meta(docs.trusted),
  dispatching: dispatchingSchema,
  validity: z.enum(validities).meta(docs.validity),
  comment: z.string().max(250).meta(docs.comment),
  afterFetch: afterFetchSchema,
  maxMessageSize: z.int().min(1).max(highestMaxMessageSize).meta(docs.maxMessageSize),
  tooLarge: tooLargeSchema,
  customCa: z.string().meta(docs.customCa).optional(),
  startFrom: startFromSchema.default('everything'),
  startsAt: z.string().meta(docs.startsAt).optional(),
  /** Rises when protocol family, host or the mailbox's user changes: part of every message id. */
  mailboxEpoch: z.int().min(1),
  /** Rises with every change; the ETag. */
  version: z.int().min(1),
  ...bookkeepingFields,
})
export type Account = z.infer<typeof accountSchema>
export type AccountId = Account['accountId']

/** What fetch and dispatch need of the accounts; the API's own store has more. */
export interface AccountReader {
  read(accountId: AccountId): Promise<Account | undefined>
  /** Leaves out what is missing and what cannot be read; `existing` tells the two apart. */
  readMany(accountIds: readonly AccountId[]): Promise<Account[]>
  /** Which of these accounts there are, readable or not. Only who is not among them was deleted. */
  existing(accountIds: readonly AccountId[]): Promise<Set<AccountId>>
  /** Ids of accounts created or changed at or after `since` (ISO), oldest change first. Deleted accounts do not appear. */
  changedSince(since: string): AsyncIterable<AccountId[]>
}
