const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** Older times are shown as a date, which is easier to compare than many days. */
const longest = 30 * day

const relative = new Intl.RelativeTimeFormat('en', { style: 'short' })
const formatted = (distance: number, unit: 'minute' | 'hour' | 'day', length: number): string =>
  relative.format(Math.trunc(distance / length), unit).replace('.', '')

/**
 * @param time in ISO 8601
 * @param now in milliseconds since 1970
 * @returns text such as `3 min ago`, `in 2 days` or `2026-03-02`, or the text itself if it is not a time
 */
export const relativeTime = (time: string, now: number): string => {
  const distance = Date.parse(time) - now
  if (Number.isNaN(distance)) return time
  const size = Math.abs(distance)
  if (size < minute) return distance <= 0 ? 'just now' : 'in < 1 min'
  if (size < hour) return formatted(distance, 'minute', minute)
  if (size < 2 * day) return formatted(distance, 'hour', hour)
  return size < longest ? formatted(distance, 'day', day) : time.slice(0, 10)
}
