import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { CliError, exitCodes } from '../cli-error.ts'

/** Where `postmaster login` keeps its token unless told otherwise. */
export const defaultLoginFile = (home = homedir()): string => join(home, '.config', 'postmaster', 'token')

/** What is needed to get the next token; lies beside the token, as a token file alone may be anybody's. */
const sessionSchema = z.object({
  issuer: z.string(),
  clientId: z.string(),
  kind: z.enum(['access', 'id']),
  refreshToken: z.string(),
  /** Milliseconds since 1970. */
  expiresAt: z.number().optional(),
})
export type LoginSession = z.infer<typeof sessionSchema>

const sessionFileOf = (tokenFile: string): string => `${tokenFile}.session`

/** Undefined for a token that cannot be refreshed. @throws CliError when what lies there is no session */
export const readSession = (tokenFile: string): LoginSession | undefined => {
  const file = sessionFileOf(tokenFile)
  if (!existsSync(file)) return undefined
  try {
    return sessionSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    throw new CliError(`${file} cannot be read: run \`postmaster login\` again.`, exitCodes.usage)
  }
}

export const saveLogin = (tokenFile: string, token: string, session: LoginSession | undefined): void => {
  mkdirSync(dirname(tokenFile), { recursive: true, mode: 0o700 })
  // The token first: who reads in between sees a session that has expired, waits for the refresh that is going on, and reads again.
  writePrivate(tokenFile, `${token}\n`)
  if (session) writePrivate(sessionFileOf(tokenFile), JSON.stringify(session))
  else rmSync(sessionFileOf(tokenFile), { force: true })
}

/** As one step, so that a command that reads at the same time sees a whole file; for the owner only from its first byte on. */
const writePrivate = (file: string, text: string): void => {
  const unfinished = `${file}.${process.pid}`
  rmSync(unfinished, { force: true })
  writeFileSync(unfinished, text, { mode: 0o600, flag: 'wx' })
  chmodSync(unfinished, 0o600)
  renameSync(unfinished, file)
}
