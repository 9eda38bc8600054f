/** @returns a time like `2026-03-02 08:10 UTC` */
export const minuteOf = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`

/** @returns a duration like `20 minutes`, at least `a minute` */
export const minutesText = (from: string, to: string): string => {
  const minutes = Math.max(1, Math.round((Date.parse(to) - Date.parse(from)) / 60_000))
  return minutes === 1 ? 'a minute' : `${minutes} minutes`
}

/** @returns the later of two times in ISO 8601 and UTC */
export const latest = (one: string, other = ''): string => (one < other ? other : one)
