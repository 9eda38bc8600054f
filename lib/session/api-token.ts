import * as z from 'zod'
import { IssuerError } from './issuer-error.ts'

const payloadSchema = z.looseObject({ exp: z.number().int().positive() })

/**
 * Reads when a token for the API ends. API Gateway verifies the token; this only finds out early if it never could.
 * @throws IssuerError if the token is not a JWT (RFC 7519) with an end, which the authorizer requires
 */
export const apiTokenOf = (token: string): { readonly apiToken: string; readonly expiresAt: number } => {
  const parts = token.split('.')
  const { data } = payloadSchema.safeParse(parts.length === 3 ? payloadIn(parts[1] ?? '') : undefined)
  if (data === undefined) throw new IssuerError('misconfigured', 'token-not-jwt')
  return { apiToken: token, expiresAt: data.exp }
}

const payloadIn = (encoded: string): unknown => {
  try {
    return JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
