/** In seconds. A receiver that asks for more is probably mistaken, and mail must not wait for weeks. */
const longestPause = 24 * 60 * 60

/**
 * Reads the header Retry-After, in seconds or as a date (RFC 9110 section 10.2.3).
 * @returns an ISO time at most 24 hours ahead, or undefined if the header is invalid or names a time in the past
 */
export const retryAfterOf = (header: string | undefined, now: Date): string | undefined => {
  const seconds = secondsIn(header?.trim() ?? '', now)
  if (Number.isNaN(seconds) || seconds <= 0) return undefined
  return new Date(now.getTime() + Math.min(seconds, longestPause) * 1000).toISOString()
}

const secondsIn = (text: string, now: Date): number => {
  if (/^\d{1,10}$/.test(text)) return Number(text)
  // All three forms of an HTTP date begin with the name of a day. `Date.parse` also reads other texts, such as `1`.
  return /^[A-Z][a-z]+, /.test(text) || /^[A-Z][a-z]{2} /.test(text)
    ? (Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) - now.getTime()) / 1000
    : Number.NaN
}
