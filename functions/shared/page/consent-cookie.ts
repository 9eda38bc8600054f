import { type BrowserBinding, bindingOf, bindingText } from '../../../lib/oauth2/consent/browser-binding.ts'
import { attemptLifetime } from '../../../lib/oauth2/consent/consent-limits.ts'

/** One for each attempt, so that two tabs of a browser can connect two mailboxes at once. */
export interface ConsentCookie {
  readonly attemptId: string
  readonly binding: BrowserBinding
}

/**
 * `__Host-` (RFC 6265bis section 4.1.3.2): over TLS, for this very host, set by nobody else. On one machine there is no TLS, so it has a plain name there.
 * Lax, because the provider sends the browser back from another site.
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

/** Characters of an attempt's id that tell a browser's attempts of ten minutes apart. */
const tellingLength = 10

const nameOf = (publicUrl: string, attemptId: string): string =>
  `${isEncrypted(publicUrl) ? '__Host-' : ''}postmaster-consent-${attemptId.slice(0, tellingLength)}`
