const hour = 60 * 60_000

/** The recent times that people can choose, in milliseconds. */
export const recentTimes = { '1h': hour, '24h': 24 * hour, '7d': 7 * 24 * hour, '31d': 31 * 24 * hour } as const
export type RecentTime = keyof typeof recentTimes

/**
 * A time that a list is restricted to, in a form that fits into an address: the name of a recent time, or two ISO times
 * with a slash between them (ISO 8601). An empty text stands for the usual time of the list.
 */
export type TimeRange = string

export interface Interval {
  readonly from: string
  readonly to: string
}

/** @returns undefined if the text is not an interval */
export const intervalOf = (time: TimeRange): Interval | undefined => {
  const [from = '', to = '', ...more] = time.split('/')
  if (more.length > 0 || Number.isNaN(Date.parse(from)) || Number.isNaN(Date.parse(to))) return undefined
  return { from, to }
}

export const isRecent = (time: TimeRange): time is RecentTime => Object.hasOwn(recentTimes, time)

/** @returns the time in an address, or an empty text if it is not understood */
export const readTimeRange = (text: string): TimeRange => (isRecent(text) || intervalOf(text) ? text : '')

/** @returns the limits at this moment, as the API takes them @param usual the time that an empty text stands for */
export const limitsOf = (time: TimeRange, usual: RecentTime, now: number): { from: string; to?: string } => {
  const interval = intervalOf(time)
  if (interval) return { from: new Date(interval.from).toISOString(), to: new Date(interval.to).toISOString() }
  return { from: new Date(now - recentTimes[isRecent(time) ? time : usual]).toISOString() }
}
