import { existsSync } from 'node:fs'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { apiUrlOf } from './api-url.ts'
import { isLoopback } from './paths.ts'
import { localRunUrl, localTokenFile } from './places/local-runs.ts'
import { Logins } from './places/logins.ts'
import { currentToken } from './token/current-token.ts'

export interface ConnectionOptions {
  readonly url?: string
  readonly tokenFile?: string
}

/** Where a command finds the API and its token, and who said so. */
export interface Place {
  /** Without a trailing slash. */
  readonly url: string
  readonly urlFrom: string
  /** Undefined if none is known for this address. */
  readonly tokenFile: string | undefined
}

export interface Connection {
  /** Without a trailing slash. */
  readonly url: string
  /** A function is called before every request, because a token can expire while a command runs. */
  readonly token: string | (() => Promise<string>)
}

/**
 * The one rule for the address: the option, the environment, the stored login, the local run. The token comes from the
 * option, the environment, or else from the login or the local run of exactly this address, so that no other API
 * receives it.
 * @throws CliError if a token must not be sent to the address
 */
export const placeOf = (options: ConnectionOptions, environment = process.env): Place => {
  const logins = new Logins()
  const { url, urlFrom } = addressOf(options, environment, logins)
  const address = apiUrlOf(url)
  const tokenFile = options.tokenFile ?? environment.POSTMASTER_TOKEN_FILE ?? logins.find(address)?.tokenFile
  return { url: address, urlFrom, tokenFile: tokenFile ?? localTokenOf(address) }
}

const addressOf = (options: ConnectionOptions, { POSTMASTER_URL }: NodeJS.ProcessEnv, logins: Logins) => {
  if (options.url !== undefined) return { url: options.url, urlFrom: 'the option --url' }
  if (POSTMASTER_URL !== undefined) return { url: POSTMASTER_URL, urlFrom: 'the environment variable POSTMASTER_URL' }
  const { current } = logins
  return current === undefined
    ? { url: localRunUrl(), urlFrom: 'the local run' }
    : { url: current, urlFrom: 'the login with `postmaster login`' }
}

const localTokenOf = (url: string): string | undefined =>
  isLoopback(new URL(url).hostname) ? localTokenFile(url) : undefined

/** @throws CliError if the URL is not acceptable, or if there is no token for it */
export const resolveConnection = (options: ConnectionOptions, environment = process.env): Connection => {
  const { url, tokenFile } = placeOf(options, environment)
  if (tokenFile === undefined) throw noToken(url)
  if (!existsSync(tokenFile))
    throw new CliError(
      `The token file ${tokenFile} does not exist. Check --token-file and POSTMASTER_TOKEN_FILE, or log in with \`postmaster login\`.`,
      exitCodes.usage,
    )
  return { url, token: currentToken(tokenFile) }
}

const noToken = (url: string): CliError =>
  new CliError(
    isLoopback(new URL(url).hostname)
      ? `There is no token for ${url}. Start the local run with \`npm start\`, log in to a deployment with \`postmaster login\`, or choose a file with --token-file.`
      : `You are not logged in to ${url}. Log in with \`postmaster login --url ${url}\`, or choose a file with --token-file or POSTMASTER_TOKEN_FILE.`,
    exitCodes.usage,
  )
