/** `2026-03-02 08:10 UTC`. */
export const minuteOf = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`

/** `20 minutes`, at least one. */
export const minutesText = (from: string, to: string): string => {
  const minutes = Math.max(1, Math.round((Date.parse(to) - Date.parse(from)) / 60_000))
  return minutes === 1 ? 'a minute' : `${minutes} minutes`
}

/** The later of two times, ISO 8601 in UTC. */
export const latest = (one: string, other = ''): string => (one < other ? other : one)
