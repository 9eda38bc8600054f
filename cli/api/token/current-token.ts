import { refreshTokens } from './oidc.ts'
import { whileLocked } from './refresh-lock.ts'
import { type LoginSession, readSession, readToken, saveLogin } from './token-file.ts'

/**
 * A token is no longer used this number of milliseconds before it expires, because a request takes up to 35 s and
 * clocks differ.
 */
const margin = 60_000

/**
 * @returns a function that reads the token from a file. It first refreshes an expired token from `postmaster login` and
 * stores the new token in the file.
 * @throws CliError from that function if an expired token cannot be refreshed
 */
export const currentToken = (tokenFile: string): (() => Promise<string>) => {
  let refreshing: Promise<string> | undefined
  return async () => {
    if (refreshing) return await refreshing
    // Read the file every time, because another command may have refreshed the token.
    if (!hasExpired(readSession(tokenFile))) return readToken(tokenFile)
    refreshing = refreshed(tokenFile).finally(() => {
      refreshing = undefined
    })
    return await refreshing
  }
}

const hasExpired = (session: LoginSession | undefined): session is LoginSession =>
  session?.expiresAt !== undefined && session.expiresAt - margin <= Date.now()

/**
 * Refreshes the token in one process at a time. If refresh tokens rotate, using the same one twice ends the login (RFC
 * 9700 section 4.14.2).
 */
const refreshed = (tokenFile: string): Promise<string> =>
  whileLocked(tokenFile, async () => {
    const session = readSession(tokenFile)
    if (!hasExpired(session)) return readToken(tokenFile)
    const { token, expiresAt, refreshToken = session.refreshToken } = await refreshTokens(session, session.refreshToken)
    saveLogin(tokenFile, token, { ...session, expiresAt, refreshToken })
    return token
  })
