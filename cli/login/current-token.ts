import { readFileSync } from 'node:fs'
import { refreshTokens } from './oidc.ts'
import { whileLocked } from './refresh-lock.ts'
import { type LoginSession, readSession, saveLogin } from './token-file.ts'

/** Milliseconds before its end from which on a token is not used: a request takes up to 35 s, and clocks differ. */
const margin = 60_000

/** The token of a file; one from `postmaster login` that has expired is replaced, in the file too. @throws CliError */
export const currentToken = (tokenFile: string): (() => Promise<string>) => {
  let refreshing: Promise<string> | undefined
  return async () => {
    if (refreshing) return await refreshing
    // Read anew each time: another command may have refreshed it meanwhile.
    if (!hasExpired(readSession(tokenFile))) return readToken(tokenFile)
    refreshing = refreshed(tokenFile).finally(() => {
      refreshing = undefined
    })
    return await refreshing
  }
}

const readToken = (tokenFile: string): string => readFileSync(tokenFile, 'utf8').trim()

const hasExpired = (session: LoginSession | undefined): session is LoginSession =>
  session?.expiresAt !== undefined && session.expiresAt - margin <= Date.now()

/** One process at a time: where refresh tokens rotate, the same one used twice ends the login (RFC 9700 section 4.14.2). */
const refreshed = (tokenFile: string): Promise<string> =>
  whileLocked(tokenFile, async () => {
    const session = readSession(tokenFile)
    if (!hasExpired(session)) return readToken(tokenFile)
    const { token, expiresAt, refreshToken = session.refreshToken } = await refreshTokens(session, session.refreshToken)
    saveLogin(tokenFile, token, { ...session, expiresAt, refreshToken })
    return token
  })
