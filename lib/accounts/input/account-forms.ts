import * as z from 'zod'
import { accountTypeFacts, accountTypes } from '../../mailbox/account-type.ts'
import type { FieldProblem } from '../../reasons/problem.ts'
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
import { hostSchema } from '../fields/mail-host.ts'
import {
  canonicalFolder,
  commentSchema,
  folderNameSchema,
  folderSchema,
  passwordSchema,
  usernameSchema,
} from '../fields/texts.ts'

/** The body of a request, or the document that a patch results in. */
export type AccountBody = Readonly<Record<string, unknown>>

/** @returns a member of a field in a body; undefined if the field is not an object or does not have the member */
export const memberOf = (field: unknown, name: string): unknown =>
  typeof field === 'object' && field !== null && Object.hasOwn(field, name) ? Reflect.get(field, name) : undefined

/** In bytes. A smaller limit would collect nothing, because hardly any header fits into fewer bytes. */
const lowestMaxMessageSize = 1024

const type = z.enum(accountTypes).meta(docs.type)
const host = hostSchema.meta(docs.host)

/** The fields that both authentication methods share. */
const settings = {
  port: z.int().min(1).max(65_535).meta(docs.port).optional(),
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

/**
 * Checks the rules between the type and other fields. POP3 has no folders (RFC 1939), so POP3 types cannot use any. A
 * message that is moved within its own folder gets a new UID, so every run would collect it again.
 */
export const typeProblems = ({ sent, valid }: Draft): FieldProblem[] => {
  if (valid.type === undefined) return []
  const moves = (['afterFetch', 'tooLarge'] as const).filter((field) => memberOf(sent[field], 'action') === 'move')
  if (accountTypeFacts[valid.type].protocol === 'pop3')
    return [
      ...(sent.folder === undefined ? [] : [{ path: '/folder', message: 'is for IMAP types only' }]),
      ...moves.map((field) => ({ path: `/${field}/action`, message: '`move` is for IMAP types only' })),
    ]
  const source = sent.folder === undefined || sent.folder === null ? 'INBOX' : valid.folder
  const isSource = (target: unknown) => typeof target === 'string' && canonicalFolder(target) === source
  return moves
    .filter((field) => isSource(memberOf(valid[field], 'folder')))
    .map((field) => ({ path: `/${field}/folder`, message: 'must differ from the fetched folder' }))
}
