import * as z from 'zod'
import { accountTypes } from '../../mailbox/account-type.ts'
import {
  afterFetchSchema,
  defaultMaxMessageSize,
  dispatchingSchema,
  highestMaxMessageSize,
  startFromSchema,
  tooLargeSchema,
  validities,
} from '../account.ts'
import { customCaSchema } from '../fields/custom-ca.ts'
import { accountFieldDocs as docs } from '../fields/field-docs.ts'
import {
  commentSchema,
  folderNameSchema,
  folderSchema,
  hostSchema,
  passwordSchema,
  portSchema,
  usernameSchema,
} from '../fields/field-formats.ts'

/** The body of a request, or the document that a patch results in. */
export type AccountBody = Readonly<Record<string, unknown>>

/** In bytes. A smaller limit would collect nothing, because hardly any header fits into fewer bytes. */
const lowestMaxMessageSize = 1024

const type = z.enum(accountTypes).meta(docs.type)
const host = hostSchema.meta(docs.host)

/** The fields that both authentication methods share. */
const settings = {
  port: portSchema.meta(docs.port).optional(),
  folder: folderSchema.meta(docs.folder).optional(),
  trusted: z.boolean().meta(docs.trusted).default(false),
  dispatching: dispatchingSchema.default({ by: 'to-field' }),
  validity: z.enum(validities).meta(docs.validity).default('valid'),
  comment: commentSchema.meta(docs.comment).default(''),
  afterFetch: afterFetchSchema(folderNameSchema).default({ action: 'delete' }),
  maxMessageSize: z
    .int()
    .min(lowestMaxMessageSize)
    .max(highestMaxMessageSize)
    .meta(docs.maxMessageSize)
    .default(defaultMaxMessageSize),
  tooLarge: tooLargeSchema(folderNameSchema).default({ action: 'leave' }),
  startFrom: startFromSchema.default('everything'),
  customCa: customCaSchema.meta(docs.customCa).optional(),
}

const password = passwordSchema.meta(docs.password).optional()
const oauth2 = {
  profileId: z.string().min(1).max(64).meta(docs.profileId),
  mailbox: usernameSchema.meta(docs.mailbox).optional(),
}

/** The request body for each `authentication`. */
export const accountForms = {
  password: z
    .strictObject({
      type,
      authentication: z.literal('password').meta(docs.authentication),
      username: usernameSchema.meta(docs.username),
      password,
      host,
      ...settings,
    })
    .meta({
      id: 'PasswordAccountInput',
      description: 'A mail account that logs in with a password, as sent in a request.',
    }),
  oauth2: z
    .strictObject({
      type: type.meta(docs.oauth2Type),
      authentication: z.literal('oauth2').meta({ ...docs.authentication, examples: ['oauth2'] }),
      username: usernameSchema.meta(docs.consentingUsername),
      ...oauth2,
      host: host.meta(docs.oauth2Host).optional(),
      ...settings,
    })
    .meta({ id: 'OAuth2AccountInput', description: 'A mail account that logs in with OAuth2, as sent in a request.' }),
} as const

export const accountInputSchema = z
  .discriminatedUnion('authentication', [accountForms.password, accountForms.oauth2])
  .meta({ id: 'AccountInput', description: 'A mail account with a password or OAuth2, as sent in a request.' })

/** The fields of both forms, for merge patches and for requests whose `authentication` is missing or invalid. */
export const anyFormSchema = z.strictObject({
  type,
  authentication: z.enum(['password', 'oauth2']).meta(docs.authentication),
  username: usernameSchema.meta(docs.username),
  password,
  ...oauth2,
  host: host.optional(),
  ...settings,
})

/** What a caller sent and its valid fields, for rules that span fields and apply even if other fields are invalid. */
export interface Draft {
  readonly sent: AccountBody
  readonly valid: Readonly<Partial<z.output<typeof anyFormSchema>>>
}
