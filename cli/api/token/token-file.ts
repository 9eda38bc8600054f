import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { CliError, exitCodes } from '../../terminal/cli-error.ts'

/** @returns the file in which `postmaster login` stores its token by default */
export const defaultLoginFile = (home = homedir()): string => join(home, '.config', 'postmaster', 'token')

/**
 * The data for refreshing a token. It is in a file of its own beside the token file, because a token file can also come
 * from another program.
 */
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

/**
 * @returns undefined if the token cannot be refreshed.
 * @throws CliError if the file does not contain a valid session
 */
export const readSession = (tokenFile: string): LoginSession | undefined => {
  const file = sessionFileOf(tokenFile)
  if (!existsSync(file)) return undefined
  try {
    return sessionSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    throw new CliError(`${file} cannot be read. Run \`postmaster login\` again.`, exitCodes.usage)
  }
}

export const saveLogin = (tokenFile: string, token: string, session: LoginSession | undefined): void => {
  mkdirSync(dirname(tokenFile), { recursive: true, mode: 0o700 })
  // Write the token first. A command that reads in between finds an expired session, waits for the current refresh, and
  // reads again.
  writePrivate(tokenFile, `${token}\n`)
  if (session) writePrivate(sessionFileOf(tokenFile), JSON.stringify(session))
  else rmSync(sessionFileOf(tokenFile), { force: true })
}

/**
 * Writes the file in one step, so that a command that reads it at the same time always finds a complete file. Only the
 * owner can ever read the file.
 */
const writePrivate = (file: string, text: string): void => {
  const unfinished = `${file}.${process.pid}`
  rmSync(unfinished, { force: true })
  writeFileSync(unfinished, text, { mode: 0o600, flag: 'wx' })
  chmodSync(unfinished, 0o600)
  renameSync(unfinished, file)
}
