import { relative } from 'node:path'
import { exitCodes, LocalError, messageOf } from './common/errors.ts'

/** Runs a program of the local run. Every failure becomes one line on standard error and an exit code. */
export const runProgram = async (what: string, main: () => Promise<void>): Promise<void> => {
  const fail = (error: unknown): void => {
    console.error(error instanceof LocalError ? error.message : `${what} failed: ${messageOf(error)}`)
    process.exit(error instanceof LocalError ? error.exitCode : 1)
  }
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  await main().catch(fail)
}

/**
 * npm forwards Ctrl-C to a process that has already received it from the terminal. A second signal within this time (in
 * milliseconds) is the same key press.
 */
const samePress = 500

/** The first signal stops the run in order. A second signal ends it immediately. */
export const stopOnSignal = (stop: () => Promise<void>, say: (text: string) => void): void => {
  let pressedAt: number | undefined
  const onSignal = (): void => {
    if (pressedAt !== undefined && performance.now() - pressedAt < samePress) return
    if (pressedAt !== undefined) process.exit(exitCodes.interrupted)
    pressedAt = performance.now()
    say('\nStopping …')
    // A failure here is deliberately unhandled, so that `runProgram` reports it.
    void stop().then(() => process.exit(0))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
}

/** A path as a person would type it in the current folder. */
export const shownPath = (path: string): string => {
  const near = relative(process.cwd(), path)
  return near.startsWith('..') ? path : near || '.'
}
