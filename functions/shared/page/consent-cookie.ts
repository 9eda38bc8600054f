import { type BrowserBinding, bindingOf, bindingText } from '../../../lib/oauth2/consent/consent-secrets.ts'
import { attemptLifetime } from '../../../lib/oauth2/consent/consent-store.ts'

/** There is one cookie per attempt, so that two tabs of a browser can connect two mailboxes at the same time. */
export interface ConsentCookie {
  readonly attemptId: string
  readonly binding: BrowserBinding
}

/**
 * `__Host-` (RFC 6265bis section 4.1.3.2) means that the cookie is sent only over TLS and only to this host, and that
 * no other host can set it. The local run does not use TLS, so the cookie has a plain name there. SameSite is Lax,
 * because the provider redirects the browser back from another site.
 */
export const consentCookieLine = (publicUrl: string, { attemptId, binding }: ConsentCookie): string => {
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Lax', `Max-Age=${attemptLifetime}`]
  if (isEncrypted(publicUrl)) attributes.push('Secure')
  return [`${nameOf(publicUrl, attemptId)}=${bindingText(binding)}`, ...attributes].join('; ')
}

export const bindingIn = (
  cookies: readonly string[],
  publicUrl: string,
  attemptId: string,
): BrowserBinding | undefined => {
  const start = `${nameOf(publicUrl, attemptId)}=`
  const found = cookies.find((cookie) => cookie.startsWith(start))
  return bindingOf(found?.slice(start.length))
}

const isEncrypted = (publicUrl: string): boolean => publicUrl.startsWith('https:')

/** The number of characters of an attempt's id that distinguish a browser's attempts within ten minutes. */
const tellingLength = 10

const nameOf = (publicUrl: string, attemptId: string): string =>
  `${isEncrypted(publicUrl) ? '__Host-' : ''}postmaster-consent-${attemptId.slice(0, tellingLength)}`
