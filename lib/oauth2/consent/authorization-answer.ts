import * as z from 'zod'
import { looksLikeSecret } from '../../secrets/random-secret.ts'
import { cutTo, printable } from '../../text/printable.ts'

/**
 * The provider's response in the browser's request (RFC 6749 section 4.1.2). Its untrusted texts are bounded, on one
 * line.
 */
export type AuthorizationAnswer = {
  readonly state: string
  /** RFC 9207. */
  readonly issuer?: string | undefined
} & (
  | { readonly code: string }
  | { readonly error: string; readonly description?: string | undefined; readonly uri?: string | undefined }
)

/**
 * Longer texts are cut instead of rejected. Microsoft's explanations have about 600 characters and begin with the
 * cause.
 */
const words = z.string().transform((text) => cutTo(printable(text), 500))

const base = z.object({
  state: z.string().refine(looksLikeSecret),
  iss: z.string().max(500).optional(),
})
/**
 * Characters. Microsoft's codes have about 1,500. API Gateway accepts 10 KB for a request's line and headers together.
 */
const longestCode = 4096

// VSCHAR of RFC 6749 appendix A.11.
const good = base.extend({
  code: z
    .string()
    .max(longestCode)
    .regex(/^[ -~]+$/),
})
const refused = base.extend({
  error: z.string().min(1).pipe(words),
  error_description: words.optional(),
  error_uri: words.optional(),
})

/** @returns undefined if the query is not a valid response to our request */
export const authorizationAnswerOf = (query: unknown): AuthorizationAnswer | undefined => {
  const refusal = refused.safeParse(query)
  if (refusal.success) {
    const { state, iss, error, error_description: description, error_uri: uri } = refusal.data
    return { state, issuer: iss, error, description, uri }
  }
  const answer = good.safeParse(query)
  return answer.success ? { state: answer.data.state, issuer: answer.data.iss, code: answer.data.code } : undefined
}

/**
 * Checks the issuer. RFC 9207, section 2.4: the response must come from the server that the request was sent to.
 * Providers have no issuer setting, so the issuer's origin must match the authorization endpoint's. This is true of
 * every provider known to send `iss`.
 */
export const isAnswerOf = (authorizationEndpoint: string, issuer: string | undefined): boolean =>
  issuer === undefined || (URL.canParse(issuer) && new URL(issuer).origin === new URL(authorizationEndpoint).origin)
