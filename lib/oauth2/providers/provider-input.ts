import * as z from 'zod'
import { hostSchema } from '../../accounts/fields/field-formats.ts'
import { oneLineText } from '../../text/names.ts'
import { wrongEndpoint } from './endpoint-template.ts'
import { clientAuthentications, providerFieldDocs as docs } from './provider.ts'

export const endpointSchema = z
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

/**
 * Parameters that Postmaster sets for every consent or never sends. They make up an authorization request (RFC 6749
 * section 4.1.1, RFC 7636 section 4.3, OpenID Connect Core section 3.1.2.1) or can override it (RFC 9101).
 */
const reserved: ReadonlySet<string> = new Set([
  'client_id',
  'client_secret',
  'code',
  'code_challenge',
  'code_challenge_method',
  'code_verifier',
  'grant_type',
  'login_hint',
  'nonce',
  'redirect_uri',
  'request',
  'request_uri',
  'response_mode',
  'response_type',
  'scope',
  'state',
])

/** RFC 6749 appendix A: `name-char`. Real parameters begin with a letter. */
const parameterName = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/
const mostParameters = 20

export const authorizationParametersSchema = z.record(z.string(), oneLineText.max(500)).check(({ value, issues }) => {
  const names = Object.keys(value)
  const wrong = names.flatMap((name) => {
    const message = wrongName(name)
    return message === undefined ? [] : [{ code: 'custom' as const, path: [name], message, input: value }]
  })
  issues.push(...wrong)
  if (names.length > mostParameters)
    issues.push({ code: 'custom', message: `must not have more than ${mostParameters} parameters`, input: value })
})

const wrongName = (name: string): string | undefined => {
  if (!parameterName.test(name))
    return 'must be a parameter name: at most 64 letters, digits, `.`, `_` and `-`, beginning with a letter'
  return reserved.has(name.toLowerCase()) ? 'is a parameter that Postmaster sets itself' : undefined
}

export const providerInputSchema = z
  .strictObject({
    name: oneLineText.trim().min(1).max(200).meta(docs.name),
    authorizationEndpoint: endpointSchema.meta(docs.authorizationEndpoint),
    tokenEndpoint: endpointSchema.meta(docs.tokenEndpoint),
    revocationEndpoint: endpointSchema.meta(docs.revocationEndpoint).optional(),
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
