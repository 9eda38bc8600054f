import { longestReturnTo } from './session-limits.ts'

/** The paths of the admin page and of its sign-in. */
export const pagePaths = {
  /** Without a trailing slash, because an HTTP API cannot have a route that ends with one. */
  page: '/admin',
  signIn: '/admin/session/sign-in',
  callback: '/admin/session/callback',
  signedOut: '/admin/session/signed-out',
  token: '/admin/session/token',
  signOut: '/admin/session/sign-out',
} as const

/** The characters of a path and a query (RFC 3986), without backslashes, spaces, control characters and fragments. */
const plainPath = /^\/admin([/?][\w\-.~!$&'()*+,;=:@%/?]*)?$/

/**
 * Returns the address in the page to which a person returns after signing in. Any text that a browser could read as
 * another site, or that leaves the page by dot segments, becomes the start of the page.
 */
export const returnAddressOf = (text: string | undefined): string => {
  if (text === undefined || text.length > longestReturnTo || !plainPath.test(text)) return pagePaths.page
  const url = URL.parse(text, 'https://page.invalid')
  // The parser resolves dot segments, also encoded ones. An address that it changes is not one that the page sends.
  if (url === null || url.origin !== 'https://page.invalid') return pagePaths.page
  const isPlain = `${url.pathname}${url.search}` === text && !/%(2f|5c|0)/i.test(url.pathname) && !text.includes('//')
  const isOfPage = isPlain && !text.startsWith('/admin/session/')
  return isOfPage ? text.replace(/^\/admin\/(?=\?|$)/, pagePaths.page) : pagePaths.page
}
