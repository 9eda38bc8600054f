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
 * Whether the page itself or a person opened this address. If another site sent the browser here, it is led to the page,
 * which begins a sign-in of its own. A browser that does not say who sent it may begin one: the session is then bound to
 * a secret that the page does not have, and is of no use to anyone.
 */
export const isOwnNavigation = ({ 'sec-fetch-site': site }: Headers): boolean =>
  site === undefined || site === 'same-origin' || site === 'none'

/**
 * Whether the page was opened at its own address. The API may also have an address that API Gateway generated, to which
 * the cookies of the page do not belong. The page names its address, because the `Host` of a request behind a
 * distribution is that of the API.
 */
export const isOwnAddress = (origin: string | undefined, pageUrl: string): boolean =>
  origin === undefined || origin === new URL(pageUrl).origin

/** The gateway also answers under its generated address if the API has a custom domain. */
const ownOrigins = ({ host }: Headers, pageUrl: string): string[] => {
  const { origin, protocol } = new URL(pageUrl)
  return host === undefined ? [origin] : [origin, `${protocol}//${host}`]
}

const refused = (detail: string): ProblemError => new ProblemError('foreign-request', detail)
