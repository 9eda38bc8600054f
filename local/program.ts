import { exitCodes, LocalError, words } from './common/errors.ts'

/** Runs a program of the local run: whatever fails becomes one sentence on standard error and an exit code. */
export const runProgram = async (what: string, main: () => Promise<void>): Promise<void> => {
  const fail = (error: unknown): void => {
    console.error(error instanceof LocalError ? error.message : `${what} failed: ${words(error)}`)
    process.exit(error instanceof LocalError ? error.exitCode : 1)
  }
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  await main().catch(fail)
}

/** The first signal ends the run in order, a second one at once. */
export const stopOnSignal = (stop: () => Promise<void>, say: (text: string) => void): void => {
  let stopping = false
  const onSignal = (): void => {
    if (stopping) process.exit(exitCodes.interrupted)
    stopping = true
    say('\nStopping …')
    // A failure here is unhandled on purpose: `runProgram` turns it into words.
    void stop().then(() => process.exit(0))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
}
