import * as z from 'zod'
import type { FieldProblem } from '../../reasons/problem.ts'
import { invalidRequest, type Parsed, parseFields } from '../../requests/parse-request.ts'
import type { AccountQueues } from '../account-services.ts'
import { type AccountBody, accountForms, anyFormSchema, type Draft, typeProblems } from './account-forms.ts'
import { checkOAuth2, type OAuth2Rules } from './oauth2-rules.ts'

type PasswordAccountInput = z.output<typeof inputForms.password>
/** If the caller sent no host, it contains the host that the provider proposes. */
export type OAuth2AccountInput = z.output<typeof inputForms.oauth2> & { readonly host: string }
export type AccountInput = PasswordAccountInput | OAuth2AccountInput

export interface InputRules extends OAuth2Rules {
  /** @returns the error for a missing password; undefined if a stored password can be used */
  readonly withoutPassword: (draft: Draft) => string | undefined
  /** Absent if the queue does not matter, for example for a connection test. */
  readonly queues?: AccountQueues
}

/**
 * Parses a whole account from a request. It checks every rule before it refuses the request, so that the caller sees
 * all invalid fields at once.
 * @throws ProblemError `invalid-request`
 */
export const parseAccountInput = async (sent: AccountBody, rules: InputRules): Promise<AccountInput> => {
  const { parsed, valid } = parseForm(sent)
  const draft = { sent, valid }
  const oauth2 = valid.authentication === 'oauth2' ? await checkOAuth2(draft, rules) : { problems: [] }
  const problems = [
    ...(parsed.ok ? [] : parsed.fields),
    ...oauth2.problems,
    ...passwordProblems(draft, rules),
    ...typeProblems(draft),
    ...(await queueProblems(draft, rules)),
  ]
  if (!parsed.ok || problems.length > 0) throw invalidRequest(problems)
  const host = parsed.value.host ?? oauth2.proposedHost
  if (host === undefined) throw new Error('An account without a host passed all rules')
  return { ...parsed.value, host }
}

/** A field of the other form is reported as such, not as unknown. */
const onlyFor = (authentication: string) =>
  z.never({ error: `is only for accounts with \`authentication\` \`${authentication}\`` }).optional()

const inputForms = {
  password: accountForms.password.extend({ profileId: onlyFor('oauth2'), mailbox: onlyFor('oauth2') }),
  oauth2: accountForms.oauth2.extend({ password: onlyFor('password') }),
}

type ParsedForm = Parsed<z.output<typeof inputForms.password> | z.output<typeof inputForms.oauth2>>

const parseForm = (sent: AccountBody): { readonly parsed: ParsedForm; readonly valid: Draft['valid'] } => {
  const valid: Record<string, unknown> = {}
  const collectValid = (fields: object, { issues }: z.core.$RefinementCtx) => {
    // Unknown members are left out of a field, so they do not make it unusable.
    const wrong = new Set(issues.filter(({ code }) => code !== 'unrecognized_keys').map(({ path = [] }) => path[0]))
    for (const [name, value] of Object.entries(fields)) if (!wrong.has(name)) valid[name] = value
  }
  const parse = <Form extends z.ZodType<object>>(form: Form) =>
    parseFields(form.superRefine(collectValid, { when: () => true }), sent)
  if (sent.authentication === 'password') return { parsed: parse(inputForms.password), valid }
  if (sent.authentication === 'oauth2') return { parsed: parse(inputForms.oauth2), valid }
  // Without a valid `authentication`, the fields of both forms are accepted, which avoids misleading errors.
  const { host } = accountForms.password.shape
  const form = anyFormSchema.partial({ profileId: true })
  const parsed = parse(sent.profileId === undefined ? form.extend({ host }) : form)
  return { parsed: { ok: false, fields: parsed.ok ? [] : parsed.fields }, valid }
}

const passwordProblems = (draft: Draft, { withoutPassword }: InputRules): FieldProblem[] => {
  const { authentication, password, profileId } = draft.sent
  const isNeeded =
    authentication === 'password' || (draft.valid.authentication === undefined && profileId === undefined)
  const message = isNeeded && password === undefined ? withoutPassword(draft) : undefined
  return message === undefined ? [] : [{ path: '/password', message }]
}

const queueProblems = async ({ valid: { dispatching } }: Draft, { queues }: InputRules): Promise<FieldProblem[]> => {
  const message = queues && dispatching?.by === 'queue' ? await wrongQueue(dispatching.queueId, queues) : undefined
  return message === undefined ? [] : [{ path: '/dispatching/queueId', message }]
}

/** @returns the field's error if the queue cannot be chosen; undefined if it can */
const wrongQueue = async (queueId: string, queues: AccountQueues): Promise<string | undefined> => {
  const [queue] = await queues.readMany([queueId])
  if (!queue) return 'is not the id of a queue'
  return queue.validity === 'valid' ? undefined : `is the id of a queue that is ${queue.validity}`
}
