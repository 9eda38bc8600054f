import { decodeJwt } from 'jose'
import { readSession } from './token-file.ts'

/** When a token stops working, and what happens then. Contains nothing of the token itself. */
export interface TokenExpiry {
  /** Undefined if the token does not contain it. */
  readonly expiresAt: Date | undefined
  readonly isRefreshed: boolean
}

/** @param token read from the file */
export const expiryOf = (tokenFile: string, token: string): TokenExpiry => {
  const session = readSession(tokenFile)
  const seconds = expiryClaim(token)
  const milliseconds = session?.expiresAt ?? (seconds === undefined ? undefined : seconds * 1000)
  return {
    expiresAt: milliseconds === undefined ? undefined : new Date(milliseconds),
    isRefreshed: session !== undefined,
  }
}

/** RFC 7519 section 4.1.4. An access token need not be a JWT. */
const expiryClaim = (token: string): number | undefined => {
  try {
    return decodeJwt(token).exp
  } catch {
    return undefined
  }
}
