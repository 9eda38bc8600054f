import * as z from 'zod'
import { accountTypes } from '../mailbox/account-type.ts'
import { bookkeepingFields } from '../requests/documented-fields.ts'
import { accountFieldDocs as docs } from './fields/field-docs.ts'

/**
 * The reference product's limit is 32 MiB. Exchange Online allows at most 150 MB, so 150 MiB covers large providers.
 */
export const defaultMaxMessageSize = 150 * 1024 * 1024
/** A larger message could not be read and stored at 1 MiB/s within the 510 s of a run. */
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

const movingTo = (folder: z.ZodString) =>
  z.strictObject({ action: z.literal('move').meta(docs.action), folder: folder.meta(docs.moveTo) })

/** @param folder the schema of the folder to move messages to */
export const afterFetchSchema = (folder: z.ZodString) =>
  z
    .discriminatedUnion('action', [
      z.strictObject({ action: z.literal('delete').meta(docs.action) }),
      movingTo(folder),
      z.strictObject({ action: z.literal('keep').meta(docs.action) }),
    ])
    .meta(docs.afterFetch)

/** What happens to a message above the account's limit. It never blocks the messages behind it. */
export const tooLargeSchema = (folder: z.ZodString) =>
  z
    .discriminatedUnion('action', [z.strictObject({ action: z.literal('leave').meta(docs.action) }), movingTo(folder)])
    .meta(docs.tooLarge)

/** Which of the existing mail is collected. */
export const startFromSchema = z
  .union([z.enum(['everything', 'new']), z.strictObject({ since: z.iso.datetime().meta(docs.startSince) })])
  .meta(docs.startFrom)

/**
 * How the account logs in. The account's id and profile determine the row with its tokens (lib/oauth2/tokens).
 * `secretVersion` is the Secrets Manager VersionId that belongs to this row, so an incomplete change is never used.
 */
export const credentialReferenceSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('password'), secretVersion: z.string().min(1) }),
  z.object({ method: z.literal('oauth2'), profileId: z.string().min(1).max(64) }),
])

/** Less strict than the schema for requests, so that the row of an earlier version stays readable. */
const storedFolder = z.string().min(1).max(250)

/** The fields that the API shows. Times are in ISO 8601 and UTC, with milliseconds. */
export const shownAccountFields = {
  accountId: z.string().min(1).meta(docs.accountId),
  type: z.enum(accountTypes).meta(docs.type),
  username: z.string().min(1).meta(docs.username),
  /** OAuth2: only set if the mailbox is not that of the user who consents. */
  mailbox: z.string().min(1).meta(docs.mailbox).optional(),
  host: z.string().min(1).meta(docs.host),
  port: z.int().min(1).max(65_535).meta(docs.port),
  /** Absent for POP3 types. */
  folder: storedFolder.meta(docs.folder).optional(),
  trusted: z.boolean().meta(docs.trusted),
  dispatching: dispatchingSchema,
  validity: z.enum(validities).meta(docs.validity),
  comment: z.string().max(250).meta(docs.comment),
  afterFetch: afterFetchSchema(storedFolder),
  maxMessageSize: z.int().min(1).max(highestMaxMessageSize).meta(docs.maxMessageSize),
  tooLarge: tooLargeSchema(storedFolder),
  customCa: z.string().meta(docs.customCa).optional(),
  startFrom: startFromSchema.default('everything'),
  startsAt: z.string().meta(docs.startsAt).optional(),
  ...bookkeepingFields,
}

/** A row of the accounts table, which only the API writes. Further fields are private by default. */
export const accountSchema = z.object({
  ...shownAccountFields,
  credential: credentialReferenceSchema,
  /** Part of every message id. It increases when the protocol family, the host or the mailbox's user changes. */
  mailboxEpoch: z.int().min(1),
  /** Increases with every change. It is the ETag. */
  version: z.int().min(1),
})
export type Account = z.infer<typeof accountSchema>
export type AccountId = Account['accountId']

/** What lists of all accounts need. The index `listed` contains exactly these fields. */
export const listedAccountSchema = accountSchema.pick({
  accountId: true,
  type: true,
  host: true,
  port: true,
  username: true,
  mailbox: true,
  folder: true,
  credential: true,
  validity: true,
  dispatching: true,
  trusted: true,
  comment: true,
  version: true,
  createdAt: true,
  changedAt: true,
})
export type ListedAccount = z.infer<typeof listedAccountSchema>
