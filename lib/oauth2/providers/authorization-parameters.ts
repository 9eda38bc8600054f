import * as z from 'zod'
import { oneLineText } from '../../text/one-line-text.ts'

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
