import { relative } from 'node:path'
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

/** npm hands Ctrl-C on to a process that the terminal has told already: what comes this soon is the same key press. */
const samePress = 500

/** The first signal ends the run in order, a second one at once. */
export const stopOnSignal = (stop: () => Promise<void>, say: (text: string) => void): void => {
  let pressedAt: number | undefined
  const onSignal = (): void => {
    if (pressedAt !== undefined && performance.now() - pressedAt < samePress) return
    if (pressedAt !== undefined) process.exit(exitCodes.interrupted)
    pressedAt = performance.now()
    say('\nStopping …')
    // A failure here is unhandled on purpose: `runProgram` turns it into words.
    void stop().then(() => process.exit(0))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
}

/** A path as a person would type it from here. */
export const shownPath = (path: string): string => {
  const near = relative(process.cwd(), path)
  return near.startsWith('..') ? path : near || '.'
}
