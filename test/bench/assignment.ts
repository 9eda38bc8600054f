/** What one client has to do in one round: empty this mailbox, and put each message into a file of its own. */
export interface Assignment {
  readonly protocol: 'imap' | 'pop3'
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  /** Exists and is empty; one file for each message. */
  readonly folder: string
}

/** What a client in a process of its own says of it. Times in milliseconds, from before connecting until logged out. */
export interface Report {
  readonly milliseconds: number
  readonly cpu: number
  /** Bytes, of the process since it started. */
  readonly peakMemory: number
}

/** Resolves when the mailbox is empty and every message is in its file. */
export type Collect = (assignment: Assignment) => Promise<void>
