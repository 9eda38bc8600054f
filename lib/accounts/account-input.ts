import * as z from 'zod'
import type { FieldProblem } from '../problems/problem.ts'
import { invalidRequest, type Parsed, parseFields } from '../requests/parse-request.ts'
import { type accountForms, accountInputSchema, anyFormSchema } from './account-forms.ts'
import { typeRuleProblems } from './account-type-rules.ts'
import { hostSchema } from './mail-host.ts'
import { checkOAuth2, type OAuth2Rules } from './oauth2-rules.ts'

type PasswordAccountInput = z.output<typeof accountForms.password>
/** With the host that the provider proposes, where none was sent. */
export type OAuth2AccountInput = z.output<typeof accountForms.oauth2> & { readonly host: string }
export type AccountInput = PasswordAccountInput | OAuth2AccountInput

/** Looks a queue up for the caller's sake: `undefined` when it may be chosen, else what is wrong with it. */
export type QueueCheck = (queueId: string) => Promise<string | undefined>

export interface InputRules extends OAuth2Rules {
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
  const read = relevantSchema.safeParse(raw)
  const { authentication, ...sent } = read.success ? read.data : {}
  const oauth2 = authentication === 'oauth2' ? await checkOAuth2(raw, rules) : { problems: [] }
  const { own, foreign } = partedByForm(raw, authentication)
  const parsed = authentication === undefined ? readWithoutForm(raw) : parseFields(accountInputSchema, own)
  const fields = [
    ...(parsed.ok ? [] : parsed.fields),
    ...foreign,
    ...oauth2.problems,
    ...(needsPassword(authentication, sent) ? passwordProblems(sent, rules) : []),
    ...typeRuleProblems(raw),
    ...(await queueProblems(raw, rules.checkQueue)),
  ]
  if (!parsed.ok || fields.length > 0) throw invalidRequest(fields)
  const host = parsed.value.host ?? oauth2.proposedHost
  if (host === undefined) throw new Error('An account passed all rules without a host')
  return { ...parsed.value, host }
}

const relevantSchema = z.object({
  authentication: z.enum(['password', 'oauth2']).optional().catch(undefined),
  password: z.unknown().optional(),
  profileId: z.unknown().optional(),
})
type Relevant = z.output<typeof relevantSchema>

/** Where `authentication` is missing or wrong, the fields of both forms are welcome, so that nothing else is reported for its sake. */
const readWithoutForm = (raw: unknown): Parsed<never> => {
  const meansOAuth2 = relevantSchema.safeParse(raw).data?.profileId !== undefined
  const form = anyFormSchema.partial({ profileId: true })
  const parsed = parseFields(meansOAuth2 ? form : form.extend({ host: hostSchema }), raw)
  return { ok: false, fields: parsed.ok ? [] : parsed.fields }
}

/** The fields of the other form are known, so they are not called unknown. */
const partedByForm = (raw: unknown, authentication: Relevant['authentication']) => {
  if (typeof raw !== 'object' || raw === null || authentication === undefined) return { own: raw, foreign: [] }
  const entries: [string, unknown][] = Object.entries(raw)
  const isForeign = ([name]: (typeof entries)[number]) => foreignFields[authentication].includes(name)
  return {
    own: Object.fromEntries(entries.filter((entry) => !isForeign(entry))),
    foreign: entries.filter(isForeign).map(([name]) => ({
      path: `/${name}`,
      message: `is for accounts with \`authentication\` \`${authentication === 'oauth2' ? 'password' : 'oauth2'}\``,
    })),
  }
}

const foreignFields = { password: ['profileId', 'mailbox'], oauth2: ['password'] }

const needsPassword = (authentication: Relevant['authentication'], { profileId }: Partial<Relevant>): boolean =>
  authentication === 'password' || (authentication === undefined && profileId === undefined)

const passwordProblems = (
  { password }: Partial<Relevant>,
  { withoutPassword }: Pick<InputRules, 'withoutPassword'>,
): FieldProblem[] =>
  withoutPassword !== undefined && password === undefined ? [{ path: '/password', message: withoutPassword }] : []

const queueChoiceSchema = z.object({
  dispatching: z.object({ by: z.literal('queue'), queueId: z.string().min(1).max(64) }),
})

const queueProblems = async (raw: unknown, checkQueue: QueueCheck): Promise<FieldProblem[]> => {
  const choice = queueChoiceSchema.safeParse(raw)
  const message = choice.success ? await checkQueue(choice.data.dispatching.queueId) : undefined
  return message === undefined ? [] : [{ path: '/dispatching/queueId', message }]
}
