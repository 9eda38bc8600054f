import { existsSync } from 'node:fs'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { apiUrlOf } from './api-url.ts'
import { isLoopback } from './paths.ts'
import { currentToken } from './token/current-token.ts'
import { defaultLoginFile } from './token/token-file.ts'

/**
 * How a command finds the API. Options take precedence over the environment. Without either, the command uses the local
 * run in the current folder.
 */
export interface ConnectionOptions {
  readonly url?: string
  readonly tokenFile?: string
}

export interface Connection {
  /** Without a trailing slash. */
  readonly url: string
  /** A function is called before every request, because a token can expire while a command runs. */
  readonly token: string | (() => Promise<string>)
}

const localUrl = 'http://127.0.0.1:3210'
const localTokenFile = '.local/token'

/** @throws CliError if the URL is not acceptable or the token file does not exist */
export const resolveConnection = (options: ConnectionOptions, environment = process.env): Connection => {
  const url = options.url ?? environment.POSTMASTER_URL ?? localUrl
  const tokenFile = options.tokenFile ?? environment.POSTMASTER_TOKEN_FILE ?? presetTokenFile(url)
  const address = apiUrlOf(url)
  if (!existsSync(tokenFile))
    throw new CliError(
      `The token file ${tokenFile} does not exist. Start the local run with \`npm start\`, log in with \`postmaster login\`, or choose a file with --token-file or POSTMASTER_TOKEN_FILE.`,
      exitCodes.usage,
    )
  return { url: address, token: currentToken(tokenFile) }
}

/** Prefers the local run's token for an API on this machine, and the token from the login for any other API. */
const presetTokenFile = (url: string): string => {
  const here = URL.canParse(url) && isLoopback(new URL(url).hostname)
  const files = here ? [localTokenFile, defaultLoginFile()] : [defaultLoginFile(), localTokenFile]
  return files.find((file) => existsSync(file)) ?? localTokenFile
}
