import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { CliError, exitCodes } from '../terminal/cli-error.ts'

/** A token of a destination: 256 random bits. */
const tokenForm = /^pmt_[0-9A-Za-z_-]{43}$/
/** Bytes. A larger file is not a token file. */
const longestFile = 4096

/**
 * @returns a function that reads the agent's token. A file is read each time, so that a new token takes effect without
 * a restart.
 * @throws CliError if there is no token, or if other users can read the file
 */
export const agentToken = (file: string | undefined, environment: NodeJS.ProcessEnv = process.env): (() => string) => {
  const chosen = file ?? environment.POSTMASTER_TOKEN_FILE
  const text = environment.POSTMASTER_TOKEN
  if (chosen === undefined && text === undefined)
    throw new CliError(
      'The agent needs a token of its destination. Create one with `postmaster destinations token create`, and choose its file with --token-file, or set POSTMASTER_TOKEN.',
      exitCodes.usage,
    )
  const read = () => checked(chosen === undefined ? (text ?? '') : readTokenFile(chosen))
  read()
  return read
}

const readTokenFile = (file: string): string => {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch {
    throw new CliError(`The token file ${file} cannot be read. Check its path and its owner.`, exitCodes.usage)
  }
  try {
    const { mode, size } = fstatSync(descriptor)
    if ((mode & 0o077) !== 0)
      throw new CliError(
        `Other users can read the token file ${file}. Correct this: chmod 600 ${file}`,
        exitCodes.usage,
      )
    return size > longestFile ? '' : readFileSync(descriptor, 'utf8')
  } finally {
    closeSync(descriptor)
  }
}

const checked = (text: string): string => {
  const token = text.trim()
  if (tokenForm.test(token)) return token
  throw new CliError(
    'The text is not the token of a destination. Such a token begins with pmt_ and has 47 characters. Tokens for the API do not work here.',
    exitCodes.usage,
  )
}
