/**
 * Time limits in milliseconds and other limits of a connection test. The time limits add up to less than 15 s, half of
 * API Gateway's limit: `session`, followed by either `silence` for the logout or `diagnosis` for the cause of a
 * failure.
 */
export const probeLimits = {
  /** Everything from the name lookup to the last response. */
  session: 9_500,
  /** Listing and counting start nothing after this time, so that the results so far are reported. */
  details: 7_000,
  /** Connecting, including the greeting. A fetch waits longer, because no person is waiting for it. */
  connect: 5_000,
  /** For one response. Dovecot delays the rejection of a login by 2 s. */
  silence: 5_000,
  diagnosis: 2_500,
  /** Messages whose sizes and dates are examined: about 2 s on a local network. */
  messages: 50_000,
  /** Folders in the result. The response stays far below Lambda's limit of 6 MB. */
  folders: 1_000,
  /** STATUS commands for folders without a count from LIST. Each may require the server to read every message. */
  counts: 200,
} as const
export type ProbeLimits = { readonly [Limit in keyof typeof probeLimits]: number }
