import { readFileSync } from 'node:fs'
import { refreshTokens } from './oidc.ts'
import { readSession, saveLogin } from './token-file.ts'

/** Milliseconds before its end from which on a token is not used: a request takes up to 35 s, and clocks differ. */
const margin = 60_000

/** The token of a file; one from `postmaster login` that has expired is replaced, in the file too. @throws CliError */
export const currentToken = (tokenFile: string): (() => Promise<string>) => {
  let refreshing: Promise<string> | undefined
  return async () => {
    if (refreshing) return await refreshing
    // Read anew each time: another command may have refreshed it meanwhile.
    const session = readSession(tokenFile)
    if (session?.expiresAt === undefined || session.expiresAt - margin > Date.now())
      return readFileSync(tokenFile, 'utf8').trim()
    refreshing = refreshTokens(session, session.refreshToken)
      .then(({ token, expiresAt, refreshToken = session.refreshToken }) => {
        saveLogin(tokenFile, token, { ...session, expiresAt, refreshToken })
        return token
      })
      .finally(() => {
        refreshing = undefined
      })
    return await refreshing
  }
}
