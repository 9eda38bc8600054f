import * as z from 'zod'
import { validities } from '../../accounts/account.ts'
import { customCaSchema } from '../../accounts/fields/custom-ca.ts'
import { oneLineText, uniqueName } from '../../text/names.ts'
import { destinationKinds } from './destination.ts'
import { destinationDocs as docs } from './destination-docs.ts'
import { signingKeyOf, signingSecretPrefix } from './secrets/destination-secrets.ts'

const id = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/, 'must be an id')

/** Planning reads every destination for each message, so a row must stay small. */
const mostIds = 200

/** A name becomes one argument of a command, which must not take it for an option. */
const queueName = oneLineText
  .trim()
  .min(1)
  .max(200)
  .refine((name) => !name.startsWith('-'), 'must not begin with `-`, because a command would take it for an option')

const selection = z.strictObject({
  queueIds: z
    .union([z.literal('all'), z.array(id).min(1).max(mostIds)], 'must be `all` or a list of queue ids')
    .meta(docs.queueIds)
    .default('all'),
  accountIds: z.array(id).min(1).max(mostIds).meta(docs.accountIds).optional(),
  trustedOnly: z.boolean().meta(docs.trustedOnly).default(false),
  loops: z.boolean().meta(docs.loops).default(true),
})

const queueMap = z.strictObject({
  names: z
    .record(id, queueName)
    .refine((names) => Object.keys(names).length <= mostIds, `must have at most ${mostIds} names`)
    .meta(docs.queueNames)
    .default({}),
  default: queueName.meta(docs.defaultQueueName).optional(),
})

/** In seconds. A receiver that answers late occupies one of the few places for deliveries of all webhooks. */
const longestTimeout = 60
/** A smaller limit would refuse ordinary mail. */
const smallestLargestSize = 1024
/** Exchange Online allows at most 150 MB. */
const highestLargestSize = 150 * 1024 * 1024

const limits = z.strictObject({
  concurrency: z.int().min(1).max(10).meta(docs.concurrency).default(1),
  timeoutSeconds: z.int().min(5).max(longestTimeout).meta(docs.timeoutSeconds).default(30),
  largestSize: z
    .int()
    .min(smallestLargestSize)
    .max(highestLargestSize)
    .meta(docs.largestSize)
    .default(50 * 1024 * 1024),
})

/** Headers that Postmaster or HTTP itself sets (RFC 9110, RFC 9112), and those of the signature. */
const reservedHeader =
  /^(host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|cookie|date|user-agent|(content|webhook|postmaster|proxy)-.*)$/i

/** RFC 9110 section 5.6.2. */
const headerName = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'must be the name of a header')
  .refine((name) => !reservedHeader.test(name), 'must not be a header that HTTP or Postmaster itself uses')

/** RFC 9110 section 5.5, without obsolete characters. Most servers accept header lines of at most 8 KB. */
const headerValue = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[!-~](?:[ -~]*[!-~])?$/, 'must be printable ASCII on one line, without a space at the beginning or end')

/** RFC 7617 section 2. */
const user = oneLineText
  .min(1)
  .max(200)
  .refine((name) => !name.includes(':'), 'must not contain a colon')

export const authInput = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('header').meta(docs.authKind),
    header: headerName.meta(docs.header),
    value: headerValue.meta(docs.authValue).optional(),
  }),
  z.strictObject({
    kind: z.literal('basic').meta(docs.authKind),
    user: user.meta(docs.user),
    value: oneLineText.min(1).max(1024).meta(docs.authValue).optional(),
  }),
])

const signingSecret = z
  .string()
  .max(100)
  .refine((text) => {
    const key = signingKeyOf(text)
    // Buffer ignores characters that are not base64, so the text is compared with what was read.
    return text === `${signingSecretPrefix}${key.toString('base64')}` && key.length >= 24 && key.length <= 64
  }, `must be \`${signingSecretPrefix}\` and the base64 of 24 to 64 random bytes`)

const webhook = z.strictObject({
  url: z.string().min(1).meta(docs.url),
  mode: z.enum(['thin', 'raw']).meta(docs.mode).default('thin'),
  auth: authInput.meta(docs.auth).optional(),
  customCa: customCaSchema.meta(docs.customCa).optional(),
  signingSecret: signingSecret.meta(docs.signingSecret).optional(),
})

/** The prefix is completed by the name of a control header, for example `Queue`. */
const controlHeaderPrefix = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9-]{0,62}-$/,
    'must begin with a letter, end with `-` and consist of letters, digits and `-`',
  )

export const destinationInputSchema = z
  .strictObject({
    name: uniqueName.meta(docs.name),
    kind: z.enum(destinationKinds).meta(docs.kind),
    validity: z.enum(validities).meta(docs.validity).default('valid'),
    selection: selection.meta(docs.selection).prefault({}),
    queueMap: queueMap.meta(docs.queueMap).prefault({}),
    limits: limits.meta(docs.limits).prefault({}),
    doubt: z.enum(['repeat', 'ask']).meta(docs.doubt).default('repeat'),
    controlHeaderPrefix: controlHeaderPrefix.meta(docs.controlHeaderPrefix).optional(),
    comment: oneLineText.max(250).meta(docs.comment).default(''),
    webhook: webhook.meta(docs.webhook).optional(),
  })
  .meta({ id: 'DestinationInput', description: 'A destination in a request.' })
export type DestinationInput = z.output<typeof destinationInputSchema>
