/** What a command writes to; tests give their own. */
export interface CommandOutput {
  /** One answer or line of it, on standard output. */
  readonly out: (text: string) => void
  /** Progress and errors, on standard error, as they are. */
  readonly err: (text: string) => void
}
