import * as z from 'zod'
import type { TokenAnswer } from './authorization-server.ts'

/** Characters. Microsoft's tokens have up to some 4,000; both together must fit an encrypted row of 400 KB, and a line of IMAP. */
const longestToken = 32 * 1024
/** Seconds; what is said to live longer than ten years has no end. */
const longestLife = 10 * 365 * 24 * 60 * 60

/** RFC 6749 appendix A.12 and A.17: visible ASCII. A control character would end the SASL message a token is sent in. */
const token = z
  .string()
  .max(longestToken)
  .regex(/^[\x20-\x7e]+$/)

/** Left out, null and empty mean the same to the servers there are. */
const optionalToken = z.preprocess((value) => (value === null || value === '' ? undefined : value), token.optional())

/** A number, or one as text (Google's and ADFS' older endpoints). Zero, less and nonsense are not told: servers say 0 where there is no end. */
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

/** The one type that this client understands (RFC 6749 section 7.1, compared without case); left out, it is meant. */
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
  // Keycloak's name for it.
  refresh_expires_in: seconds,
  scope,
  id_token: optionalToken.catch(undefined),
})

/** Reads a token answer (RFC 6749 section 5.1) as tolerantly as servers write it; undefined where it is none. */
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
