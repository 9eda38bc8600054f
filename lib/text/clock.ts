/**
 * Returns the current time. Code receives its clock as `now: Clock`, so that tests control the time. Durations and
 * deadlines that must not depend on the date use `performance.now()`.
 */
export type Clock = () => Date

/** @returns the whole seconds from an ISO time until now, or 0 if the time is in the future */
export const secondsSince = (time: string, now: Date): number =>
  Math.max(0, Math.round((now.getTime() - Date.parse(time)) / 1000))
