import { existsSync, readFileSync, rmSync } from 'node:fs'
import * as z from 'zod'
import { CliError, exitCodes } from '../../terminal/cli-error.ts'
import { writePrivate } from './write-private.ts'

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

export const readToken = (tokenFile: string): string => readFileSync(tokenFile, 'utf8').trim()

export const saveLogin = (tokenFile: string, token: string, session: LoginSession | undefined): void => {
  // Write the token first. A command that reads in between finds an expired session, waits for the current refresh, and
  // reads again.
  writePrivate(tokenFile, `${token}\n`)
  if (session) writePrivate(sessionFileOf(tokenFile), JSON.stringify(session))
  else rmSync(sessionFileOf(tokenFile), { force: true })
}

/** @returns the removed files */
export const removeTokens = (tokenFile: string): string[] => {
  const files = [tokenFile, sessionFileOf(tokenFile)].filter((file) => existsSync(file))
  for (const file of files) rmSync(file, { force: true })
  return files
}
