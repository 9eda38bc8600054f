/** Paths of the pages that people and providers are sent to. */
export const consentPaths = {
  start: '/oauth2/start/{ticket}',
  callback: '/oauth2/callback',
  done: '/oauth2/done/{attempt}',
} as const

/**
 * The redirect URI that is registered with the provider. Both requests must send it unchanged (RFC 6749 section 4.1.3).
 */
export const redirectUriOf = (publicUrl: string): string => `${publicUrl}${consentPaths.callback}`

export const startUrlOf = (publicUrl: string, ticket: string): string =>
  publicUrl + consentPaths.start.replace('{ticket}', ticket)

export const doneUrlOf = (publicUrl: string, attempt: string): string =>
  publicUrl + consentPaths.done.replace('{attempt}', attempt)

/** Characters. Systems on the way may cut longer addresses. */
export const longestReturnTo = 2000

/**
 * Normalises the address if it is at or below an allowed one: the origin is the same, and the path begins with whole
 * segments of the allowed path. Any address that can be read in two ways is rejected (user info, backslashes, encoded
 * dots and slashes, spaces, other spellings of a name), because the browser or the target page may read it differently.
 * @returns undefined if the address is not allowed
 */
export const allowedReturnTo = (address: string, allowed: readonly string[]): string | undefined => {
  const url = plainUrl(address)
  if (!url) return undefined
  const isBelow = allowed.some((entry) => {
    const base = plainUrl(entry)
    if (base?.search !== '' || url.origin !== base.origin) return false
    const path = base.pathname.replace(/\/$/, '')
    return url.pathname === path || url.pathname === base.pathname || url.pathname.startsWith(`${path}/`)
  })
  return isBelow ? url.href : undefined
}

const plainUrl = (address: string): URL | undefined => {
  if (address.length > longestReturnTo || !URL.canParse(address)) return undefined
  const url = new URL(address)
  const isPlain =
    (url.href === address || url.href === `${address}/`) &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    url.username === '' &&
    url.password === '' &&
    url.hash === '' &&
    !url.pathname.includes('//') &&
    !/%(2e|2f|5c|25|0)/i.test(url.pathname)
  return isPlain ? url : undefined
}
