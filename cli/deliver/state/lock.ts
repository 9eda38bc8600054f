import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { CliError, exitCodes } from '../../terminal/cli-error.ts'
import { isRunning, startedProcess } from '../host/process-group.ts'
import { isSystemError } from '../host/system-error.ts'

const lockSchema = z.object({ pid: z.int().min(1), start: z.string().optional() })

/**
 * Reserves a state folder for this process. Two agents with one journal would hand the same mail over twice. A lock
 * whose process has ended is replaced.
 * @returns a function that releases the lock
 * @throws CliError if another agent is running
 */
export const lockFolder = (folder: string): (() => void) => {
  const lock = join(folder, 'lock')
  const own = `${lock}.${process.pid}`
  const text = JSON.stringify(startedProcess(process.pid))
  writeFileSync(own, text, { mode: 0o600 })
  try {
    if (!isLinked(own, lock)) {
      const found = ownerOf(lock)
      if (found !== undefined && isRunning(found)) throw inUse(folder, found.pid)
      removeStale(lock, `${own}.stale`, folder)
      if (!isLinked(own, lock)) throw inUse(folder, ownerOf(lock)?.pid)
    }
  } finally {
    rmSync(own, { force: true })
  }
  return () => {
    if (readText(lock) === text) rmSync(lock, { force: true })
  }
}

/** A link, unlike a file that is opened and then written, never exists without its content. */
const isLinked = (own: string, lock: string): boolean => {
  try {
    linkSync(own, lock)
    return true
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false
    throw error
  }
}

/** Another agent may have replaced the stale lock meanwhile. Its lock is put back. */
const removeStale = (lock: string, aside: string, folder: string): void => {
  try {
    renameSync(lock, aside)
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return
    throw error
  }
  const owner = ownerOf(aside)
  if (owner !== undefined && isRunning(owner)) {
    renameSync(aside, lock)
    throw inUse(folder, owner.pid)
  }
  rmSync(aside, { force: true })
}

const ownerOf = (file: string) => {
  try {
    return lockSchema.safeParse(JSON.parse(readText(file) ?? '')).data
  } catch {
    // A crash of the whole machine can leave an empty or damaged lock.
    return undefined
  }
}

const readText = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw error
  }
}

const inUse = (folder: string, pid: number | undefined): CliError =>
  new CliError(
    `Another agent${pid === undefined ? '' : ` (process ${pid})`} uses the state folder ${folder}. Stop it first, or choose another folder with --state.`,
    exitCodes.usage,
  )
