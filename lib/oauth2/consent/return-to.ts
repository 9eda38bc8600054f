/** Longer addresses are cut somewhere on their way. */
export const longestReturnTo = 2000

/**
 * The address in its one spelling when it is below an allowed one: same origin, and the path begins with the allowed path, at a segment's end.
 * Whatever could be read in two ways (user info, backslashes, dots and slashes in disguise, blanks, names that are written differently) is refused, because
 * the browser or the page behind the address may read it the other way. Undefined when it is not allowed.
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
