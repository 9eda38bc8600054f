import * as z from 'zod'
import { hostSchema } from '../../accounts/fields/mail-host.ts'
import type { FieldProblem } from '../../reasons/problem.ts'
import { invalidRequest, parseFields } from '../../requests/parse-request.ts'
import { oneLineText } from '../../text/one-line-text.ts'
import { authorizationParametersSchema } from './authorization-parameters.ts'
import type { ProviderSettings } from './built-in-providers.ts'
import { builtInProblems } from './built-in-rules.ts'
import { isClearText, tokenOriginOf, wrongEndpoint } from './endpoint-template.ts'
import { clientAuthentications } from './provider.ts'
import { providerFieldDocs as docs } from './provider-fields.ts'

const endpoint = z
  .string()
  .min(1)
  .max(1000)
  .check(({ value, issues }) => {
    const message = wrongEndpoint(value)
    if (message) issues.push({ code: 'custom', message, input: value })
  })

/** RFC 6749 section 3.3: the characters of a scope. Other characters could make a list of scopes ambiguous. */
const scope = z
  .string()
  .max(500)
  .regex(/^[!#-[\]-~]+$/, 'must be one scope: printable ASCII without spaces, quotes or backslashes')
const scopes = z.array(scope).max(20)

export const providerInputSchema = z
  .strictObject({
    name: oneLineText.trim().min(1).max(200).meta(docs.name),
    authorizationEndpoint: endpoint.meta(docs.authorizationEndpoint),
    tokenEndpoint: endpoint.meta(docs.tokenEndpoint),
    revocationEndpoint: endpoint.meta(docs.revocationEndpoint).optional(),
    scopes: z
      .strictObject({ imap: scopes.meta(docs.scopesImap).default([]), pop3: scopes.meta(docs.scopesPop3).default([]) })
      .meta(docs.scopes)
      .default({ imap: [], pop3: [] }),
    clientCredentialsScopes: scopes.meta(docs.clientCredentialsScopes).default([]),
    authorizationParameters: authorizationParametersSchema.meta(docs.authorizationParameters).default({}),
    clientAuthentication: z.enum(clientAuthentications).meta(docs.clientAuthentication).default('body'),
    hosts: z
      .strictObject({
        imap: hostSchema.meta(docs.hostImap).optional(),
        pop3: hostSchema.meta(docs.hostPop3).optional(),
      })
      .meta(docs.hosts)
      .default({}),
  })
  .meta({ id: 'OAuth2ProviderInput', description: 'An OAuth2 provider in a request.' })
export type ProviderInput = z.output<typeof providerInputSchema>

/** For the documentation only: in a built-in provider, every field has a default. */
export const providerReplacementSchema = providerInputSchema
  .partial({ name: true, authorizationEndpoint: true, tokenEndpoint: true })
  .meta({
    id: 'OAuth2ProviderReplacement',
    description:
      'The new version of an OAuth2 provider. Name and endpoints may be omitted only for a built-in provider.',
  })

export interface ProviderRules {
  /** The deployment's setting for tests on one machine. */
  readonly allowClearTextOnLoopback: boolean
}

/**
 * @param shipped the defaults of a built-in provider
 * @throws ProblemError `invalid-request` with every wrong field
 */
export const parseProviderInput = (raw: unknown, rules: ProviderRules, shipped?: ProviderSettings): ProviderInput => {
  const parsed = parseFields(providerInputSchema, raw)
  const others = [
    ...(rules.allowClearTextOnLoopback ? [] : clearTextProblems(raw)),
    ...(shipped ? builtInProblems(raw, shipped) : revocationProblems(raw)),
  ]
  if (!parsed.ok) throw invalidRequest([...parsed.fields, ...others])
  if (others.length > 0) throw invalidRequest(others)
  return parsed.value
}

const usableEndpoint = endpoint.optional().catch(undefined)
const endpointsSchema = z.object({
  authorizationEndpoint: usableEndpoint,
  tokenEndpoint: usableEndpoint,
  revocationEndpoint: usableEndpoint,
})

/**
 * The revocation endpoint receives the client secret and the refresh token. It must be on the token endpoint's server,
 * which already receives both and cannot change while profiles use the provider.
 */
const revocationProblems = (raw: unknown): FieldProblem[] => {
  const { tokenEndpoint, revocationEndpoint } = endpointsSchema.safeParse(raw).data ?? {}
  if (tokenEndpoint === undefined || revocationEndpoint === undefined) return []
  return tokenOriginOf({ tokenEndpoint }) === tokenOriginOf({ tokenEndpoint: revocationEndpoint })
    ? []
    : [{ path: '/revocationEndpoint', message: 'must have the scheme, host and port of `tokenEndpoint`' }]
}

const clearTextProblems = (raw: unknown): FieldProblem[] => {
  const endpoints = endpointsSchema.safeParse(raw)
  if (!endpoints.success) return []
  return Object.entries(endpoints.data)
    .filter(([, template]) => template !== undefined && isClearText(template))
    .map(([field]) => ({ path: `/${field}`, message: 'must begin with `https://`' }))
}
