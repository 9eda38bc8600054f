import * as z from 'zod'
import { type WebhookRules, webhookUrlProblems } from '../../network/webhook-url.ts'
import type { FieldProblem } from '../../reasons/problem.ts'
import { parseRequest } from '../../requests/parse-request.ts'
import type { Destination } from './destination.ts'
import { authInput, type DestinationInput, destinationInputSchema } from './destination-input.ts'

export interface DestinationRules {
  readonly webhookRules: WebhookRules
  readonly queues: { readMany(queueIds: readonly string[]): Promise<readonly { readonly queueId: string }[]> }
  readonly accounts: { existing(accountIds: readonly string[]): Promise<ReadonlySet<string>> }
}

/**
 * Parses a whole destination from a request. It checks every rule before it refuses the request, so that the caller
 * sees all wrong fields at once.
 * @param current the destination before a change; its secrets are kept if the request contains none
 * @throws ProblemError `invalid-request`
 */
export const parseDestination = async (
  raw: unknown,
  rules: DestinationRules,
  current?: Destination,
): Promise<DestinationInput> => parseRequest(destinationInputSchema, raw, await ruleProblems(raw, rules, current))

/** Reads the valid fields of a body that may have errors elsewhere. The schema itself reports those errors. */
const shape = destinationInputSchema.shape
const ids = z.array(z.string()).catch([])
const relevantSchema = z.object({
  kind: shape.kind.optional().catch(undefined),
  selection: z.object({ queueIds: ids, accountIds: ids }).catch({ queueIds: [], accountIds: [] }),
  queueMap: z.object({ names: z.record(z.string(), z.unknown()).catch({}) }).catch({ names: {} }),
  webhook: z
    .object({
      url: z.string().optional().catch(undefined),
      auth: authInput.optional().catch(undefined),
      signingSecret: z.unknown().optional(),
    })
    .optional()
    .catch({}),
})
type Relevant = z.output<typeof relevantSchema>

const ruleProblems = async (
  raw: unknown,
  rules: DestinationRules,
  current: Destination | undefined,
): Promise<FieldProblem[]> => {
  const read = relevantSchema.safeParse(raw)
  if (!read.success) return []
  return [
    ...kindProblems(read.data, current),
    ...webhookProblems(read.data, rules, current),
    ...(await unknownIds(read.data, rules, current)),
  ]
}

const kindProblems = ({ kind, webhook }: Relevant, current: Destination | undefined): FieldProblem[] => {
  if (kind === undefined) return []
  if (current && kind !== current.kind)
    return [
      { path: '/kind', message: `cannot be changed from \`${current.kind}\`; create another destination instead` },
    ]
  if (kind === 'webhook' && webhook === undefined)
    return [{ path: '/webhook', message: 'is missing, but the kind `webhook` requires it' }]
  return kind !== 'webhook' && webhook !== undefined
    ? [{ path: '/webhook', message: 'must be omitted, because only the kind `webhook` has it' }]
    : []
}

const webhookProblems = (
  { webhook }: Relevant,
  { webhookRules }: DestinationRules,
  current: Destination | undefined,
): FieldProblem[] => {
  if (webhook === undefined) return []
  const { url, signingSecret } = webhook
  const authProblem = authValueProblem(webhook, current)
  return [
    ...(url === undefined ? [] : webhookUrlProblems(url, webhookRules)).map((message) => ({
      path: '/webhook/url',
      message,
    })),
    ...(signingSecret === undefined && current?.secretVersion === undefined
      ? [{ path: '/webhook/signingSecret', message: 'is missing' }]
      : []),
    ...(authProblem === undefined ? [] : [{ path: '/webhook/auth/value', message: authProblem }]),
  ]
}

/**
 * Admins cannot read a stored value, so they must not be able to send it to a server of their choice either. The signing
 * secret itself is never sent, so it may stay.
 */
const authValueProblem = (
  { auth, url }: NonNullable<Relevant['webhook']>,
  current: Destination | undefined,
): string | undefined => {
  if (auth === undefined || auth.value !== undefined) return undefined
  const before = current?.webhook
  if (before?.auth === undefined || current?.authVersion === undefined) return 'is missing'
  if (before.auth.kind !== auth.kind) return 'must be sent again, because `kind` changes'
  return url !== undefined && URL.parse(url)?.origin !== URL.parse(before.url)?.origin
    ? 'must be sent again, because Postmaster never sends the stored value to another server'
    : undefined
}

/** An id that is already stored may stay, so that a deleted account does not prevent other changes. */
const unknownIds = async (
  { selection, queueMap }: Relevant,
  { queues, accounts }: DestinationRules,
  current: Destination | undefined,
): Promise<FieldProblem[]> => {
  const { queueIds: stored = 'all', accountIds: storedAccounts = [] } = current?.selection ?? {}
  const storedQueues = [...(stored === 'all' ? [] : stored), ...Object.keys(current?.queueMap.names ?? {})]
  const named = Object.keys(queueMap.names)
  const [knownQueues, knownAccounts] = await Promise.all([
    queues.readMany(readable([...selection.queueIds, ...named])),
    accounts.existing(readable(selection.accountIds)),
  ])
  const isQueue = new Set([...storedQueues, ...knownQueues.map(({ queueId }) => queueId)])
  const isAccount = new Set([...storedAccounts, ...knownAccounts])
  return [
    ...unknownAt('/selection/queueIds', selection.queueIds, isQueue, 'queue'),
    ...unknownAt('/selection/accountIds', selection.accountIds, isAccount, 'mail account'),
    ...readable(named)
      .filter((queueId) => !isQueue.has(queueId))
      .map((queueId) => ({ path: `/queueMap/names/${queueId}`, message: 'is not the id of a queue' })),
  ]
}

/** The schema refuses other ids and longer lists, and a table cannot be asked for them. */
const readable = (list: readonly string[]): string[] =>
  list.filter((one) => /^[A-Za-z0-9_-]{1,64}$/.test(one)).slice(0, 400)

const unknownAt = (path: string, list: readonly string[], known: ReadonlySet<string>, what: string): FieldProblem[] => {
  const asked = new Set(readable(list))
  return list.flatMap((one, index) =>
    asked.has(one) && !known.has(one) ? [{ path: `${path}/${index}`, message: `is not the id of a ${what}` }] : [],
  )
}
