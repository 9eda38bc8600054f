import * as z from 'zod'
import type { TokenAnswer } from './authorization-server.ts'

/**
 * Characters. Microsoft's tokens have up to about 4,000. Both tokens must fit an encrypted row of 400 KB, and each an
 * IMAP line.
 */
const longestToken = 32 * 1024
/** Seconds. A lifetime above ten years counts as unlimited. */
const longestLife = 10 * 365 * 24 * 60 * 60

/**
 * RFC 6749 appendix A.12 and A.17: visible ASCII. A control character would end the SASL message that contains the
 * token.
 */
const token = z
  .string()
  .max(longestToken)
  .regex(/^[\x20-\x7e]+$/)

/** Servers use a missing value, null and an empty text interchangeably. */
const optionalToken = z.preprocess((value) => (value === null || value === '' ? undefined : value), token.optional())

/**
 * Seconds as a number, or as a text (older endpoints of Google and ADFS). Zero, negative and invalid values count as
 * missing, because servers send 0 for an unlimited lifetime.
 */
const seconds = z
  .unknown()
  .optional()
  .transform((value) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (typeof number !== 'number' || !Number.isFinite(number) || number < 1 || number > longestLife) return undefined
    return Math.floor(number)
  })

const scope = z
  .unknown()
  .optional()
  .transform((value) => (Array.isArray(value) ? value.join(' ') : value))
  .pipe(z.string().min(1).max(4_000).optional().catch(undefined))

/** The only supported token type (RFC 6749 section 7.1, compared without case). A missing type means this one. */
const bearer = z
  .string()
  .regex(/^\s*bearer\s*$/i)
  .nullish()

const answerSchema = z.object({
  access_token: token,
  token_type: bearer,
  expires_in: seconds,
  refresh_token: optionalToken,
  refresh_token_expires_in: seconds,
  // Keycloak's name for `refresh_token_expires_in`.
  refresh_expires_in: seconds,
  scope,
  id_token: optionalToken.catch(undefined),
})

/**
 * Reads a token response (RFC 6749 section 5.1) as leniently as real servers require.
 * @returns undefined if it is not a token response
 */
export const tokenAnswerOf = (body: unknown): TokenAnswer | undefined => {
  const { data } = answerSchema.safeParse(body)
  if (!data) return undefined
  const refreshExpiresIn = data.refresh_token_expires_in ?? data.refresh_expires_in
  return {
    accessToken: data.access_token,
    ...(data.expires_in !== undefined && { expiresIn: data.expires_in }),
    ...(data.refresh_token !== undefined && { refreshToken: data.refresh_token }),
    ...(data.refresh_token !== undefined && refreshExpiresIn !== undefined && { refreshExpiresIn }),
    ...(data.scope !== undefined && { scope: data.scope }),
    ...(data.id_token !== undefined && { idToken: data.id_token }),
  }
}
