import * as z from 'zod'
import { trimmedEnd } from '../../lib/text/trimmed.ts'

/**
 * PUBLIC_URL in a function's own schema: the address at which browsers reach the API, without a trailing slash. The
 * local run's address becomes `localhost`, which browsers resolve to the same address, because providers accept a
 * redirect URI without TLS only for that host.
 */
export const publicUrlField = z.url({ protocol: /^https?$/ }).transform((text) => {
  const url = new URL(text)
  if (url.hostname === '127.0.0.1') url.hostname = 'localhost'
  return trimmedEnd(url.href, /\//)
})
