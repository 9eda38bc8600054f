import * as z from 'zod'
import type { FieldProblem } from '../../reasons/problem.ts'
import { invalidRequest, type Parsed, parseFields } from '../../requests/parse-request.ts'
import { hostSchema } from '../fields/mail-host.ts'
import { type accountForms, accountInputSchema, anyFormSchema } from './account-forms.ts'
import { typeRuleProblems } from './account-type-rules.ts'
import { checkOAuth2, type OAuth2Rules } from './oauth2-rules.ts'

type PasswordAccountInput = z.output<typeof accountForms.password>
/** If the caller sent no host, it contains the host that the provider proposes. */
export type OAuth2AccountInput = z.output<typeof accountForms.oauth2> & { readonly host: string }
export type AccountInput = PasswordAccountInput | OAuth2AccountInput

/** @returns why the queue cannot be chosen; undefined if it can */
export type QueueCheck = (queueId: string) => Promise<string | undefined>

export interface InputRules extends OAuth2Rules {
  /** The error for a missing password; undefined if a stored password can be used. */
  readonly withoutPassword: string | undefined
  readonly checkQueue: QueueCheck
}

/**
 * Parses a whole account from a request. It checks every rule before it refuses the request, so that the caller sees
 * all invalid fields at once.
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
  if (host === undefined) throw new Error('An account without a host passed all rules')
  return { ...parsed.value, host }
}

const relevantSchema = z.object({
  authentication: z.enum(['password', 'oauth2']).optional().catch(undefined),
  password: z.unknown().optional(),
  profileId: z.unknown().optional(),
})
type Relevant = z.output<typeof relevantSchema>

/** If `authentication` is missing or invalid, accepts the fields of both forms and so avoids misleading errors. */
const readWithoutForm = (raw: unknown): Parsed<never> => {
  const meansOAuth2 = relevantSchema.safeParse(raw).data?.profileId !== undefined
  const form = anyFormSchema.partial({ profileId: true })
  const parsed = parseFields(meansOAuth2 ? form : form.extend({ host: hostSchema }), raw)
  return { ok: false, fields: parsed.ok ? [] : parsed.fields }
}

/** Separates the fields of the other form, so that they are not reported as unknown. */
const partedByForm = (raw: unknown, authentication: Relevant['authentication']) => {
  if (typeof raw !== 'object' || raw === null || authentication === undefined) return { own: raw, foreign: [] }
  const entries: [string, unknown][] = Object.entries(raw)
  const isForeign = ([name]: (typeof entries)[number]) => foreignFields[authentication].includes(name)
  return {
    own: Object.fromEntries(entries.filter((entry) => !isForeign(entry))),
    foreign: entries.filter(isForeign).map(([name]) => ({
      path: `/${name}`,
      message: `is only for accounts with \`authentication\` \`${authentication === 'oauth2' ? 'password' : 'oauth2'}\``,
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
