import type { Destination, DestinationInput } from '../destination.ts'
import { newSigningSecret } from '../secrets/signing-secret.ts'

/** The fields as a person fills them in. What only the other kind has is kept, so that nothing typed is lost. */
export interface Draft {
  readonly name: string
  readonly kind: Destination['kind']
  readonly validity: Destination['validity']
  readonly comment: string
  readonly url: string
  readonly mode: 'thin' | 'raw'
  /** New webhooks only. An existing secret is replaced on the destination's page. */
  readonly signingSecret: string
  readonly auth: 'none' | 'header' | 'basic'
  readonly header: string
  readonly user: string
  /** Empty keeps the stored value. */
  readonly authValue: string
  readonly customCa: string
  readonly allQueues: boolean
  readonly queueIds: readonly string[]
  readonly allAccounts: boolean
  readonly accountIds: readonly string[]
  readonly trustedOnly: boolean
  readonly loops: boolean
  readonly queueNames: readonly { readonly queueId: string; readonly name: string }[]
  readonly otherQueues: string
  readonly doubt: Destination['doubt']
  readonly controlHeaderPrefix: string
  readonly concurrency: string
  readonly timeoutSeconds: string
  /** In MiB. */
  readonly largestSize: string
}

const mebibyte = 1024 * 1024

/** What a new destination begins with. */
export const emptyDraft = (): Draft => ({
  name: '',
  kind: 'pull',
  validity: 'valid',
  comment: '',
  url: '',
  mode: 'thin',
  signingSecret: newSigningSecret(),
  auth: 'none',
  header: '',
  user: '',
  authValue: '',
  customCa: '',
  allQueues: true,
  queueIds: [],
  allAccounts: true,
  accountIds: [],
  trustedOnly: false,
  loops: true,
  queueNames: [],
  otherQueues: '',
  doubt: 'repeat',
  controlHeaderPrefix: '',
  concurrency: '1',
  timeoutSeconds: '30',
  largestSize: '50',
})

/** @returns the fields of a stored destination */
export const draftOf = (destination: Destination): Draft => {
  const { selection, queueMap, limits, webhook, controlHeaderPrefix = '' } = destination
  const { name, kind, validity, comment, doubt } = destination
  return {
    ...emptyDraft(),
    ...{ name, kind, validity, comment, doubt, controlHeaderPrefix, signingSecret: '' },
    ...(webhook && { url: webhook.url, mode: webhook.mode, customCa: webhook.customCa ?? '', ...authOf(webhook.auth) }),
    allQueues: selection.queueIds === 'all',
    queueIds: selection.queueIds === 'all' ? [] : selection.queueIds,
    allAccounts: selection.accountIds === undefined,
    accountIds: selection.accountIds ?? [],
    trustedOnly: selection.trustedOnly,
    loops: selection.loops,
    queueNames: Object.entries(queueMap.names).map(([queueId, theirs]) => ({ queueId, name: theirs })),
    otherQueues: queueMap.default ?? '',
    concurrency: String(limits.concurrency),
    timeoutSeconds: String(limits.timeoutSeconds),
    largestSize: String(Math.round((100 * limits.largestSize) / mebibyte) / 100),
  }
}

const authOf = (auth: NonNullable<Destination['webhook']>['auth']): Partial<Draft> => {
  if (!auth) return { auth: 'none' }
  return auth.kind === 'header' ? { auth: 'header', header: auth.header } : { auth: 'basic', user: auth.user }
}

/** @returns the body of a request. Fields that are left empty are omitted, so that the API says what is missing. */
export const inputOf = (draft: Draft): DestinationInput => ({
  name: draft.name.trim(),
  kind: draft.kind,
  validity: draft.validity,
  comment: draft.comment.trim(),
  selection: {
    queueIds: draft.allQueues ? 'all' : [...draft.queueIds],
    ...(!draft.allAccounts && { accountIds: [...draft.accountIds] }),
    trustedOnly: draft.trustedOnly,
    loops: draft.loops,
  },
  queueMap: {
    names: Object.fromEntries(
      draft.queueNames.flatMap(({ queueId, name }) =>
        queueId === '' && name.trim() === '' ? [] : [[queueId, name.trim()] as const],
      ),
    ),
    ...(draft.otherQueues.trim() !== '' && { default: draft.otherQueues.trim() }),
  },
  limits: {
    concurrency: Number(draft.concurrency),
    timeoutSeconds: Number(draft.timeoutSeconds),
    largestSize: Math.round(Number(draft.largestSize) * mebibyte),
  },
  doubt: draft.doubt,
  ...(draft.controlHeaderPrefix.trim() !== '' && { controlHeaderPrefix: draft.controlHeaderPrefix.trim() }),
  ...(draft.kind === 'webhook' && { webhook: webhookOf(draft) }),
})

const webhookOf = ({ url, mode, auth, header, user, authValue, customCa, signingSecret }: Draft) => {
  const value = authValue === '' ? {} : { value: authValue }
  return {
    url: url.trim(),
    mode,
    ...(auth === 'header' && { auth: { kind: 'header' as const, header: header.trim(), ...value } }),
    ...(auth === 'basic' && { auth: { kind: 'basic' as const, user, ...value } }),
    ...(customCa.trim() !== '' && { customCa }),
    ...(signingSecret !== '' && { signingSecret: signingSecret.trim() }),
  }
}

/** The JSON pointers of the form's fields. */
export const pointers = [
  '/name',
  '/comment',
  '/webhook/url',
  '/webhook/auth/header',
  '/webhook/auth/user',
  '/webhook/auth/value',
  '/webhook/customCa',
  '/webhook/signingSecret',
  '/selection/queueIds',
  '/selection/accountIds',
  '/queueMap/names',
  '/queueMap/default',
  '/controlHeaderPrefix',
  '/limits/concurrency',
  '/limits/timeoutSeconds',
  '/limits/largestSize',
] as const
export type Pointer = (typeof pointers)[number]
