import * as z from 'zod'
import type { Stamp } from '../../changes/versioned-change.ts'
import { accountTypeFacts } from '../../mailbox/account-type.ts'
import type { FieldProblem } from '../../reasons/problem.ts'
import { invalidRequest, type Parsed, parseFields } from '../../requests/parse-request.ts'
import type { Account } from '../account.ts'
import { mailboxKeyOf } from '../account-mailbox.ts'
import type { AccountQueues } from '../account-services.ts'
import { canonicalFolder } from '../fields/field-formats.ts'
import { type AccountBody, accountForms, anyFormSchema, type Draft } from './account-input-schema.ts'
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

/** @returns a member of a field in a body; undefined if the field is not an object or does not have the member */
export const memberOf = (field: unknown, name: string): unknown =>
  typeof field === 'object' && field !== null && Object.hasOwn(field, name) ? Reflect.get(field, name) : undefined

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

/** The settings of an account that a caller chooses, as stored in its row. The credential is not part of them. */
export type AccountSettings = Omit<Account, 'accountId' | 'startsAt' | 'credential' | 'mailboxEpoch' | keyof Stamp>

export const settingsOf = (input: AccountInput): AccountSettings => {
  const {
    authentication,
    profileId: _profile,
    mailbox: _mailbox,
    password: _password,
    customCa,
    folder,
    port,
    ...rest
  } = input
  const { protocol, defaultPort } = accountTypeFacts[rest.type]
  return {
    ...rest,
    ...(authentication === 'oauth2' && mailboxOf(input)),
    port: port ?? defaultPort,
    ...(protocol === 'imap' && { folder: folder ?? 'INBOX' }),
    ...(customCa !== undefined && { customCa }),
  }
}

/**
 * A caller may send the user's own address as `mailbox`. It is omitted, because it is part of the mailbox's identity.
 */
const mailboxOf = ({ mailbox, username }: { readonly mailbox?: string | undefined; readonly username: string }) =>
  mailbox !== undefined && mailbox.toLowerCase() !== username.toLowerCase() ? { mailbox } : {}

/**
 * The time before which mail is not collected, in ISO 8601; absent if everything is collected. `new` counts from the
 * time when it was chosen for this mailbox.
 * @param before the stored account; undefined for a new account
 */
export const startsAtOf = (
  settings: AccountSettings,
  before: Account | undefined,
  now: Date,
): Pick<Account, 'startsAt'> => {
  const { startFrom } = settings
  if (startFrom === 'everything') return {}
  if (startFrom !== 'new') return { startsAt: new Date(startFrom.since).toISOString() }
  const goesOn = before?.startFrom === 'new' && mailboxKeyOf(before) === mailboxKeyOf(settings)
  if (!goesOn) return { startsAt: now.toISOString() }
  return before.startsAt === undefined ? {} : { startsAt: before.startsAt }
}
