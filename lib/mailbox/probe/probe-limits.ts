/**
 * Milliseconds and numbers a connection test may take. Together below 15 s, half of what API Gateway waits: `session` and then either
 * `silence` for logging out or `diagnosis` for what went wrong.
 */
export const probeLimits = {
  /** Everything from the name's lookup to the last answer. */
  session: 9_500,
  /** Listing and counting start nothing after this, so that what is known by then is told. */
  details: 7_000,
  /** Connecting, greeting included. A fetch waits longer: nobody sits in front of it. */
  connect: 5_000,
  /** For one answer. Dovecot makes a rejected login wait for 2 s. */
  silence: 5_000,
  diagnosis: 2_500,
  /** Messages looked at for sizes and dates: some 2 s on a local network. */
  messages: 50_000,
  /** Folders shown; an answer stays far below Lambda's 6 MB. */
  folders: 1_000,
  /** STATUS commands for folders whose counts LIST does not tell: each may cost the server a look at every message. */
  counts: 200,
} as const
export type ProbeLimits = { readonly [Limit in keyof typeof probeLimits]: number }
