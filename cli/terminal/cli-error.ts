/** Exit codes that scripts can rely on. `postmaster --help` lists them. */
export const exitCodes = {
  /** The command succeeded. */
  done: 0,
  /** The API was reached, but something failed, for example a fetch or a rejected change. */
  failed: 1,
  /** The command was used incorrectly, for example with a wrong option, a missing file or no token. */
  usage: 2,
  /** The API could not be reached, or it denied access. */
  unreachable: 3,
  /** The command stopped waiting for something that goes on, for example after `fetch --timeout`. */
  unfinished: 4,
  /** The user pressed Ctrl-C: 128 plus the number of the signal, as shells report it. */
  interrupted: 130,
} as const

/** Ends a command with a message on standard error and an exit code. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.exitCode = exitCode
  }
}

/** Where a program writes its output. Tests supply their own implementation. */
export interface OutputTarget {
  /** Writes a result, or one line of it, to standard output. */
  readonly out: (text: string) => void
  /** Writes progress and errors to standard error, without adding a line feed. */
  readonly err: (text: string) => void
  /** The width of the terminal, or undefined if standard output is not a terminal. */
  readonly columns?: number | undefined
}

/** Where a command writes its output. A terminal does not break words in `out`. */
export interface CommandOutput extends OutputTarget {
  /** Does the same as `out` for text that must stay as it is, for example JSON or a script. */
  readonly data: (text: string) => void
}
