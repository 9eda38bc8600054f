/** The pauses after the first failures. Each further pause has the length of the last one. */
const pauses = [1, 5, 15, 30, 60, 120, 240, 480, 720].map((minutes) => minutes * 60_000)
/** Operators repair most failures within a long weekend. After that, a person decides. */
const giveUpAfter = 5 * 24 * 60 * 60_000
/** The share by which a pause varies, so that deliveries that failed together do not return together. */
const jitter = 0.2
/** The sweep runs every minute, and a receiver that asks for no pause must not receive the message in a loop. */
const shortestPause = 60_000
/** A receiver cannot postpone a message longer than this. */
const longestPause = 24 * 60 * 60_000

export interface Failures {
  /** The number of failed attempts that count, with the current one. */
  readonly attemptCount: number
  readonly firstAttemptAt: string
  readonly at: string
  /** From 0 to below 1. */
  readonly random: number
  /** The time for which the receiver asked. It takes precedence over the usual pauses. */
  readonly retryAfter?: string | undefined
}

/** @returns the time of the next attempt, or undefined five days after the first attempt */
export const nextAttemptAfter = (failures: Failures): string | undefined => {
  const at = Date.parse(failures.at)
  const end = Date.parse(failures.firstAttemptAt) + giveUpAfter
  if (at >= end) return undefined
  if (failures.retryAfter !== undefined) {
    const asked = Date.parse(failures.retryAfter) - at
    return isoOf(at + Math.min(Math.max(asked, shortestPause), longestPause))
  }
  const pause = pauses[Math.min(failures.attemptCount, pauses.length) - 1] ?? shortestPause
  return isoOf(Math.min(at + pause * (1 - jitter + 2 * jitter * failures.random), end))
}

const isoOf = (time: number): string => new Date(Math.round(time)).toISOString()
