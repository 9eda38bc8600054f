import * as z from 'zod'
import { trimmedEnd } from '../../lib/text/trimmed.ts'

/**
 * PUBLIC_URL in a function's own schema: where browsers reach the API, without a slash at the end. The local run's
 * address is shown as `localhost`, which browsers take to the same place: only for that host do providers accept a
 * redirect URI without TLS.
 */
export const publicUrlField = z.url({ protocol: /^https?$/ }).transform((text) => {
  const url = new URL(text)
  if (url.hostname === '127.0.0.1') url.hostname = 'localhost'
  return trimmedEnd(url.href, /\//)
})
