/** Where a command writes its output. Tests supply their own implementation. */
export interface CommandOutput {
  /** Writes a result, or one line of it, to standard output. */
  readonly out: (text: string) => void
  /** Writes progress and errors to standard error, without adding a line feed. */
  readonly err: (text: string) => void
}
