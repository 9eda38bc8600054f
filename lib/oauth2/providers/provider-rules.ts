import * as z from 'zod'
import { hostSchema } from '../../accounts/fields/field-formats.ts'
import type { FieldProblem } from '../../reasons/problem.ts'
import { parseRequest } from '../../requests/parse-request.ts'
import { isOwnHost, movedEndpoints, ownMailHosts, shippedSettings } from './built-in-providers.ts'
import { isClearText, originOf } from './endpoint-template.ts'
import type { ProviderSettings } from './provider.ts'
import { endpointSchema, type ProviderInput, providerInputSchema } from './provider-input.ts'

export interface ProviderRules {
  /** The deployment's setting for tests on one machine. */
  readonly allowClearTextOnLoopback: boolean
}

const endpoint = z.string().optional().catch(undefined)
const host = hostSchema.optional().catch(undefined)

/** Reads the fields of a body that may have errors elsewhere. The schema itself reports those errors. */
const relevantSchema = z.object({
  authorizationEndpoint: endpoint,
  tokenEndpoint: endpoint,
  revocationEndpoint: endpoint,
  hosts: z.object({ imap: host, pop3: host }).optional().catch(undefined),
})
type Relevant = z.output<typeof relevantSchema>

/**
 * Parses a whole provider from a request.
 * @param providerId set if the provider exists
 * @throws ProblemError `invalid-request` with every wrong field
 */
export const parseProviderInput = (raw: unknown, rules: ProviderRules, providerId = ''): ProviderInput => {
  const shipped = shippedSettings(providerId)
  const whole = shipped ? withDefaults(shipped, raw) : raw
  const sent = relevantSchema.safeParse(whole).data ?? {}
  return parseRequest(providerInputSchema, whole, [
    ...(rules.allowClearTextOnLoopback ? [] : clearTextProblems(sent)),
    ...(shipped ? builtInProblems(sent, shipped) : revocationProblems(sent)),
  ])
}

const document = z.record(z.string(), z.unknown())

/** Adds the shipped defaults. `authorizationParameters` is replaced as a whole. */
const withDefaults = ({ kind: _, ...defaults }: ProviderSettings, raw: unknown): unknown => {
  const sent = document.safeParse(raw)
  if (!sent.success) return raw
  const whole: Record<string, unknown> = { ...defaults, ...sent.data }
  for (const field of ['scopes', 'hosts'] as const) {
    const part = document.safeParse(whole[field])
    if (part.success) whole[field] = { ...defaults[field], ...part.data }
  }
  return whole
}

/**
 * An admin must not change who receives the codes, secrets and tokens of a built-in provider. People consent to
 * Microsoft or Google by name, and every deployment expects the same addresses behind these names.
 */
const builtInProblems = (sent: Relevant, shipped: ProviderSettings): FieldProblem[] => [
  ...movedEndpoints(sent, shipped).map((field) => ({
    path: `/${field}`,
    message: `cannot be changed, because ${shipped.name} is a built-in provider; for another address, add a provider of your own or use the built-in one for your cloud`,
  })),
  ...(['imap', 'pop3'] as const).flatMap((protocol) => {
    const host = sent.hosts?.[protocol]
    if (host === undefined || isOwnHost(shipped.kind, protocol, host)) return []
    const own = ownMailHosts[shipped.kind]?.[protocol].join(', ')
    return [
      {
        path: `/hosts/${protocol}`,
        message: `must be one of the provider’s own mail servers (${own}); for a proxy, add a provider of your own`,
      },
    ]
  }),
]

const isUsable = (template: string | undefined): template is string => endpointSchema.safeParse(template).success

/**
 * The revocation endpoint receives the client secret and the refresh token. It must be on the token endpoint's server,
 * which already receives both and cannot change while profiles use the provider.
 */
const revocationProblems = ({ tokenEndpoint, revocationEndpoint }: Relevant): FieldProblem[] =>
  !isUsable(tokenEndpoint) || !isUsable(revocationEndpoint) || originOf(tokenEndpoint) === originOf(revocationEndpoint)
    ? []
    : [{ path: '/revocationEndpoint', message: 'must have the scheme, host and port of `tokenEndpoint`' }]

const clearTextProblems = ({ hosts: _, ...endpoints }: Relevant): FieldProblem[] =>
  Object.entries(endpoints)
    .filter(([, template]) => isUsable(template) && isClearText(template))
    .map(([field]) => ({ path: `/${field}`, message: 'must begin with `https://`' }))
