import { type ProbeLimits, probeLimits } from '../../mailbox/probe/probe-limits.ts'

/** Milliseconds. An examination ends within `total`: API Gateway waits for 29 s. */
export const examinationLimits = {
  total: 25_000,
  /** Both endpoints at once. */
  endpoints: 4_000,
  /**
   * Waiting for somebody else's refresh. One of our own that has begun is never given up: a provider that rotates refresh tokens may have taken
   * the old one back. It takes 10 s at most, so that this step ends after 18.5 s.
   */
  tokens: 8_500,
  /** Asking whether client id and secret are right where there is no consent to ask with. */
  client: 5_000,
  /** With less than this left, the mail server is not asked. */
  leastForMailServer: 4_000,
} as const

/** Less than for a connection test, because other steps come before it: `session`, then `silence` for logging out or `diagnosis`. */
export const probeLimitsWithin = (milliseconds: number): ProbeLimits => {
  const session = Math.min(7_500, milliseconds * 0.65)
  const afterwards = Math.min(3_500, milliseconds * 0.3)
  return {
    ...probeLimits,
    session,
    details: session / 2,
    connect: Math.min(4_000, session / 2),
    silence: afterwards,
    diagnosis: Math.min(2_000, afterwards),
    messages: 1_000,
    // Other folders are no matter of OAuth2.
    counts: 0,
  }
}
