import { existsSync } from 'node:fs'
import { trimmedEnd } from '../lib/text/trimmed.ts'
import { CliError, exitCodes } from './cli-error.ts'
import { currentToken } from './login/current-token.ts'
import { defaultLoginFile } from './login/token-file.ts'
import { isLoopback } from './loopback.ts'

/**
 * How a command finds the API: options win over the environment, and without both it is the local run in this folder.
 */
export interface ConnectionOptions {
  readonly url?: string
  readonly tokenFile?: string
}

export interface Connection {
  /** Without a slash at the end. */
  readonly url: string
  /** Asked for before every request: it may expire while a command goes on. */
  readonly token: string | (() => Promise<string>)
}

const localUrl = 'http://127.0.0.1:3210'
const localTokenFile = '.local/token'

/** @throws CliError naming the option that helps */
export const resolveConnection = (options: ConnectionOptions, environment = process.env): Connection => {
  const url = options.url ?? environment.POSTMASTER_URL ?? localUrl
  const tokenFile = options.tokenFile ?? environment.POSTMASTER_TOKEN_FILE ?? presetTokenFile(url)
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new CliError(
      `--url must be a web address such as https://abc.execute-api.eu-central-1.amazonaws.com, not \`${url}\`.`,
      exitCodes.usage,
    )
  if (new URL(url).protocol === 'http:' && !isLoopback(new URL(url).hostname))
    throw new CliError('The token is only sent over https, or to this machine.', exitCodes.usage)
  if (!existsSync(tokenFile))
    throw new CliError(
      `There is no token file ${tokenFile}. Start the local run with \`npm start\`, log in with \`postmaster login\`, or name a file with --token-file or POSTMASTER_TOKEN_FILE.`,
      exitCodes.usage,
    )
  return { url: trimmedEnd(url, /\//), token: currentToken(tokenFile) }
}

/** The local run's token for this machine, that of the login for any other. */
const presetTokenFile = (url: string): string => {
  const here = URL.canParse(url) && isLoopback(new URL(url).hostname)
  const files = here ? [localTokenFile, defaultLoginFile()] : [defaultLoginFile(), localTokenFile]
  return files.find((file) => existsSync(file)) ?? localTokenFile
}
