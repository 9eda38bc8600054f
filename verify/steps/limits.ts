/** How long the steps wait, in milliseconds. */
export interface Limits {
  /** The end of a fetch run. The first one includes a cold start, and a fetch of one mail takes seconds. */
  readonly run: number
  /** The arrival of an announcement or of an alarm. SNS needs less than a second, and CloudWatch some seconds. */
  readonly delivery: number
  /** The first tick of the schedule, with the default of ten minutes between two ticks. */
  readonly tick: number
  /** The arrival of the test mail. */
  readonly mail: number
  /** Between two requests. */
  readonly pause: number
}

const minute = 60_000

export const limitsOf = (mailMinutes: number): Limits => ({
  run: 5 * minute,
  delivery: 2 * minute,
  tick: 12 * minute,
  mail: mailMinutes * minute,
  pause: 2_000,
})
