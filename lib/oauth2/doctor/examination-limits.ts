import { type ProbeLimits, probeLimits } from '../../mailbox/probe/probe-progress.ts'

/** Milliseconds. An examination ends within `total`, because API Gateway waits for only 29 s. */
export const examinationLimits = {
  total: 25_000,
  /** For both endpoints, which are tested at the same time. */
  endpoints: 4_000,
  /**
   * Waiting for another caller's refresh. A refresh of our own is never aborted, because a provider that rotates
   * refresh tokens may already have revoked the old one. It takes 10 s at most, so this step ends after 18.5 s.
   */
  tokens: 8_500,
  /** Testing client id and secret if there is no consent to test them with. */
  client: 5_000,
  /** If less than this is left, the mail server is not tested. */
  leastForMailServer: 4_000,
} as const

/**
 * Shorter limits than those of a connection test, because other steps come first. `session` is followed by `silence`
 * for logging out or by `diagnosis`.
 */
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
    // Other folders do not affect OAuth2.
    counts: 0,
  }
}
