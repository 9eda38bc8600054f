import { trimmedEnd } from '../../lib/text/printable.ts'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { isLoopback } from './paths.ts'

/** @returns the API's address without a trailing slash @throws CliError unless a token may be sent to it */
export const apiUrlOf = (url: string): string => {
  if (url === '') throw new CliError('The address of the API is missing. Set --url or POSTMASTER_URL.', exitCodes.usage)
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new CliError(
      `The API address must be a URL such as https://abc.execute-api.eu-central-1.amazonaws.com, not \`${url}\`. Check --url and POSTMASTER_URL.`,
      exitCodes.usage,
    )
  if (!isConfidential(url))
    throw new CliError(
      'The token is sent only over HTTPS or to this machine. Use an https:// address for the API.',
      exitCodes.usage,
    )
  return trimmedEnd(url, /\//)
}

/** @returns whether no one on the network can read what is sent to this URL */
export const isConfidential = (url: string): boolean => {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}
