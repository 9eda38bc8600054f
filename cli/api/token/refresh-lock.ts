import { closeSync, openSync, rmSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { CliError, exitCodes } from '../../terminal/cli-error.ts'

/**
 * Milliseconds. A refresh makes two requests of at most 15 s each, so a process that holds the lock for longer has been
 * killed.
 */
const staleAfter = 45_000
const pause = 50

/**
 * Runs `work` while no other process on this machine does so for the same file.
 * @throws CliError if the lock is not released in time
 */
export const whileLocked = async <T>(file: string, work: () => Promise<T>): Promise<T> => {
  const lock = `${file}.lock`
  // Leave time for two other processes that take the lock first and are then killed.
  const end = Date.now() + 3 * staleAfter
  while (!take(lock)) {
    if (Date.now() > end)
      throw new CliError(`The lock file ${lock} was not released in time. Delete it.`, exitCodes.usage)
    removeStale(lock)
    await sleep(pause)
  }
  try {
    return await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

const take = (lock: string): boolean => {
  try {
    closeSync(openSync(lock, 'wx', 0o600))
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw new CliError(`${lock} cannot be written.`, exitCodes.usage)
  }
}

const removeStale = (lock: string): void => {
  const made = statSync(lock, { throwIfNoEntry: false })?.mtimeMs
  if (made !== undefined && made + staleAfter < Date.now()) rmSync(lock, { force: true })
}
