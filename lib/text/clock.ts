/**
 * Returns the current time. Code receives its clock as `now: Clock`, so that tests control the time. Durations and
 * deadlines that must not depend on the date use `performance.now()`.
 */
export type Clock = () => Date
