import * as z from 'zod'
import type { FieldProblem } from '../problems/problem.ts'
import { invalidRequest, parseFields } from '../requests/parse-request.ts'
import {
  afterFetchSchema,
  defaultMaxMessageSize,
  dispatchingSchema,
  highestMaxMessageSize,
  startFromSchema,
  tooLargeSchema,
  validities,
} from './account.ts'
import { accountFieldDocs as docs } from './account-fields.ts'
import { commentSchema, folderSchema, passwordSchema, usernameSchema } from './account-texts.ts'
import { accountTypes } from './account-type.ts'
import { typeRuleProblems } from './account-type-rules.ts'
import { customCaSchema } from './custom-ca.ts'
import { hostSchema } from './mail-host.ts'

/** Bytes. Below this hardly any header fits, so a smaller limit would collect nothing at all. */
const lowestMaxMessageSize = 1024

/** What a caller sends, by `authentication`: an `oauth2` member with its profile joins here. */
const inputSchemas = {
  password: z
    .strictObject({
      type: z.enum(accountTypes).meta(docs.type),
      authentication: z.literal('password').meta(docs.authentication),
      username: usernameSchema.meta(docs.username),
      password: passwordSchema.meta(docs.password).optional(),
      host: hostSchema.meta(docs.host),
      port: z.int().min(1).max(65_535).meta(docs.port).optional(),
      folder: folderSchema.meta(docs.folder).optional(),
      trusted: z.boolean().meta(docs.trusted).default(false),
      dispatching: dispatchingSchema.default({ by: 'to-field' }),
      validity: z.enum(validities).meta(docs.validity).default('valid'),
      comment: commentSchema.meta(docs.comment).default(''),
      afterFetch: afterFetchSchema.default({ action: 'delete' }),
      maxMessageSize: z
        .int()
        .min(lowestMaxMessageSize)
        .max(highestMaxMessageSize)
        .meta(docs.maxMessageSize)
        .default(defaultMaxMessageSize),
      tooLarge: tooLargeSchema.default({ action: 'leave' }),
      startFrom: startFromSchema.default('everything'),
      customCa: customCaSchema.meta(docs.customCa).optional(),
    })
    .meta({ id: 'AccountInput', description: 'A mail account as it is sent.' }),
} as const

/** For the documentation: what callers send. */
export const accountInputSchema = inputSchemas.password

export type AccountInput = z.output<typeof inputSchemas.password>

/** Looks a queue up for the caller's sake: `undefined` when it may be chosen, else what is wrong with it. */
export type QueueCheck = (queueId: string) => Promise<string | undefined>

export interface InputRules {
  /** What to say of a password that is not sent; undefined where a stored one serves. */
  readonly withoutPassword: string | undefined
  readonly checkQueue: QueueCheck
}

/**
 * Reads a whole account as a caller sends it. Every rule is looked at before anything is refused, so that the caller learns
 * of all wrong fields at once.
 * @throws ProblemError `invalid-request`
 */
export const parseAccountInput = async (raw: unknown, rules: InputRules): Promise<AccountInput> => {
  // A missing or wrong `authentication` is reported together with the fields of the password form.
  const parsed = parseFields(inputSchemas.password, raw)
  const others = [
    ...passwordProblems(raw, rules),
    ...typeRuleProblems(raw),
    ...(await queueProblems(raw, rules.checkQueue)),
  ]
  if (!parsed.ok) throw invalidRequest([...parsed.fields, ...others])
  if (others.length > 0) throw invalidRequest(others)
  return parsed.value
}

const passwordProblems = (raw: unknown, { withoutPassword }: InputRules): FieldProblem[] => {
  const given = z.object({ password: z.unknown().optional() }).safeParse(raw)
  return withoutPassword !== undefined && given.success && given.data.password === undefined
    ? [{ path: '/password', message: withoutPassword }]
    : []
}

const queueChoiceSchema = z.object({
  dispatching: z.object({ by: z.literal('queue'), queueId: z.string().min(1).max(64) }),
})

const queueProblems = async (raw: unknown, checkQueue: QueueCheck): Promise<FieldProblem[]> => {
  const choice = queueChoiceSchema.safeParse(raw)
  const message = choice.success ? await checkQueue(choice.data.dispatching.queueId) : undefined
  return message === undefined ? [] : [{ path: '/dispatching/queueId', message }]
}
