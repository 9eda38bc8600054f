/** The task of a client in one round: empty this mailbox and write each message to a separate file. */
export interface Assignment {
  readonly protocol: 'imap' | 'pop3'
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  /** Exists and is empty. It receives one file per message. */
  readonly folder: string
}

/**
 * The measurements of a client that runs in its own process. Times are in milliseconds, from before connecting until
 * after logging out.
 */
export interface Report {
  readonly milliseconds: number
  readonly cpu: number
  /** In bytes, for the process since its start. */
  readonly peakMemory: number
}

/** Resolves when the mailbox is empty and every message has been written to its file. */
export type Collect = (assignment: Assignment) => Promise<void>
