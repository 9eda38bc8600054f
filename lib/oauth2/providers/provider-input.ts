import * as z from 'zod'
import { hostSchema } from '../../accounts/mail-host.ts'
import type { FieldProblem } from '../../problems/problem.ts'
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

/** RFC 6749 section 3.3: what a scope is written with, so that a list of them cannot be read as others. */
const scope = z
  .string()
  .max(500)
  .regex(/^[!#-[\]-~]+$/, 'must be one scope: printable ASCII without blanks, quotes and backslashes')
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
  .meta({ id: 'OAuth2ProviderInput', description: 'An OAuth2 provider as it is sent.' })
export type ProviderInput = z.output<typeof providerInputSchema>

/** For the documentation: a built-in provider has a value for everything. */
export const providerReplacementSchema = providerInputSchema
  .partial({ name: true, authorizationEndpoint: true, tokenEndpoint: true })
  .meta({
    id: 'OAuth2ProviderReplacement',
    description: 'An OAuth2 provider as it shall be. Name and endpoints may be left out only of a built-in one.',
  })

export interface ProviderRules {
  /** The deployment's switch for tests on one machine. */
  readonly allowClearTextOnLoopback: boolean
}

/**
 * @param shipped the provider that Postmaster ships, if it is a built-in one
 * @throws ProblemError `invalid-request` naming every wrong field
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
 * Client secret and refresh token are sent there. They already go to the token endpoint, whose server stays the same
 * while profiles use the provider; on that server, a new revocation endpoint leads them nowhere else.
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
