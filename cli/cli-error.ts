/** What scripts can rely on; listed in `postmaster --help`. */
export const exitCodes = {
  /** Everything asked for was done. */
  done: 0,
  /** The API was asked and something failed: an account's fetch, a refused change. */
  failed: 1,
  /** The command itself was wrong: an option, a missing file, no token. */
  usage: 2,
  /** The API could not be reached or did not accept the token. */
  unreachable: 3,
} as const

/** Ends a command with one sentence on standard error and an exit code. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.exitCode = exitCode
  }
}
