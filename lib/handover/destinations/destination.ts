import * as z from 'zod'
import { validities } from '../../accounts/account.ts'
import { bookkeepingFields } from '../../requests/documented-fields.ts'
import { destinationDocs as docs } from './destination-docs.ts'

export const destinationKinds = ['pull', 'webhook'] as const

const id = z.string().min(1).max(64)

export const selectionSchema = z.object({
  queueIds: z.union([z.literal('all'), z.array(id)]).meta(docs.queueIds),
  accountIds: z.array(id).meta(docs.accountIds).optional(),
  trustedOnly: z.boolean().meta(docs.trustedOnly),
  loops: z.boolean().meta(docs.loops),
})

const queueMapSchema = z.object({
  names: z.record(z.string(), z.string()).meta(docs.queueNames),
  default: z.string().meta(docs.defaultQueueName).optional(),
})

const limitsSchema = z.object({
  concurrency: z.int().meta(docs.concurrency),
  timeoutSeconds: z.int().meta(docs.timeoutSeconds),
  largestSize: z.int().meta(docs.largestSize),
})

const authSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('header').meta(docs.authKind), header: z.string().meta(docs.header) }),
  z.object({ kind: z.literal('basic').meta(docs.authKind), user: z.string().meta(docs.user) }),
])

const webhookSchema = z.object({
  url: z.string().meta(docs.url),
  mode: z.enum(['thin', 'raw']).meta(docs.mode),
  auth: authSchema.meta(docs.auth).optional(),
  customCa: z.string().meta(docs.customCa).optional(),
})

/** The fields that the API shows. A field that only the stored destination has is private. */
export const publicFields = {
  destinationId: id.meta(docs.destinationId),
  name: z.string().min(1).max(200).meta(docs.name),
  kind: z.enum(destinationKinds).meta(docs.kind),
  validity: z.enum(validities).meta(docs.validity),
  selection: selectionSchema.meta(docs.selection),
  queueMap: queueMapSchema.meta(docs.queueMap),
  limits: limitsSchema.meta(docs.limits),
  doubt: z.enum(['repeat', 'ask']).meta(docs.doubt),
  controlHeaderPrefix: z.string().meta(docs.controlHeaderPrefix).optional(),
  comment: z.string().max(250).meta(docs.comment),
  webhook: webhookSchema.meta(docs.webhook).optional(),
  ...bookkeepingFields,
}

/** Where mail is handed over. */
export const destinationSchema = z.object({
  ...publicFields,
  version: z.int().min(1),
  /** The Secrets Manager VersionId of the signing key of a webhook. */
  secretVersion: z.string().min(1).optional(),
  /** The former signing key, which also signs until `previousUntil`. */
  previousSecretVersion: z.string().min(1).optional(),
  previousUntil: z.string().optional(),
  /** The VersionId of the value of the fixed header or of the Basic password. */
  authVersion: z.string().min(1).optional(),
})
export type Destination = z.infer<typeof destinationSchema>

/** A token with which an agent leases deliveries, or a receiver fetches raw mail. Only its hash is stored. */
export const destinationTokenSchema = z.object({
  /** See `hashOf`. */
  hash: z.string(),
  tokenId: z.string(),
  destinationId: z.string(),
  comment: z.string(),
  createdAt: z.string(),
  createdBy: z.string(),
  createdBySub: z.string().optional(),
  /** Renewed at most once a minute. */
  lastUsedAt: z.string().optional(),
  /** What the agent said about itself when it last asked. */
  agent: z.object({ version: z.string(), host: z.string() }).optional(),
})
export type DestinationToken = z.infer<typeof destinationTokenSchema>

/** The secrets of a destination, as only the functions that send to it or test it can read them. */
export interface DestinationSecrets {
  /** The signing keys in use as raw bytes, the current one first. */
  signingKeys(destination: Destination, now: Date): Promise<Buffer[]>
  /** The value of the fixed header or the Basic password. */
  auth(destination: Destination): Promise<string | undefined>
}
