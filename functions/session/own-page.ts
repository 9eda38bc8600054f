import { ProblemError } from '../../lib/reasons/problem.ts'
import { looksLikeSecret } from '../../lib/secrets/random-secret.ts'

type Headers = Readonly<Record<string, string | undefined>>

/** The header with the secret that the page keeps in this browser. Forms cannot send it, and other sites do not know it. */
export const pageHeader = 'x-postmaster-session'

/**
 * Checks that the page itself sent a request, and not a page of another site.
 * @returns the secret that the page keeps in this browser
 * @throws ProblemError `foreign-request`
 */
export const pageSecretOf = (headers: Headers, pageUrl: string): string => {
  const secret = headers[pageHeader] ?? ''
  if (!looksLikeSecret(secret)) throw refused('The request has no valid `X-Postmaster-Session` header.')
  const { 'sec-fetch-site': site, origin } = headers
  if (site !== undefined && site !== 'same-origin') throw refused('A web page of another site sent this request.')
  if (origin !== undefined && !ownOrigins(headers, pageUrl).includes(origin))
    throw refused('A web page of another origin sent this request.')
  return secret
}

/**
 * Whether the page itself or a person opened this address. A browser that does not say so, or another site that sends
 * the person here, is led to the page, which begins a sign-in of its own.
 */
export const isOwnNavigation = (headers: Headers, pageUrl: string): boolean => {
  const { 'sec-fetch-site': site, host } = headers
  const isOwnHost = host === undefined || host === new URL(pageUrl).host
  return isOwnHost && (site === undefined || site === 'same-origin' || site === 'none')
}

/** The gateway also answers under its generated address if the API has a custom domain. */
const ownOrigins = ({ host }: Headers, pageUrl: string): string[] => {
  const { origin, protocol } = new URL(pageUrl)
  return host === undefined ? [origin] : [origin, `${protocol}//${host}`]
}

const refused = (detail: string): ProblemError => new ProblemError('foreign-request', detail)
