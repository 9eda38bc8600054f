import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isSystemError } from './system-error.ts'

/** A process, identified so that a later one with the same id is not mistaken for it. */
export interface StartedProcess {
  readonly pid: number
  /** The start time. Absent where the system does not report it. */
  readonly start?: string | undefined
}

/** How often a group is checked for its end. */
const checkMs = 50

/** @returns the process with its start time, which identifies it even after its id is used again */
export const startedProcess = (pid: number): StartedProcess => {
  const start = startOf(pid)
  return { pid, ...(start !== undefined && { start }) }
}

/** @returns whether exactly this process is running. Without a start time, only the id is compared. */
export const isRunning = ({ pid, start }: StartedProcess): boolean =>
  exists(pid) && (start === undefined || startOf(pid) === start)

/**
 * Ends a process group: with SIGTERM, and with SIGKILL if any process is left after the grace period.
 * @returns whether the group has ended. Processes of another user cannot be ended.
 */
export const endGroup = async (pid: number, graceMs: number): Promise<boolean> => {
  for (const name of ['SIGTERM', 'SIGKILL'] as const) {
    signalGroup(pid, name)
    for (let waited = 0; waited < graceMs; waited += checkMs) {
      if (!exists(-pid)) return true
      await sleep(checkMs)
    }
  }
  return !exists(-pid)
}

/** A group that has ended, or that belongs to another user, is left alone. */
export const signalGroup = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(-pid, name)
  } catch (error) {
    if (!isSystemError(error, 'ESRCH', 'EPERM')) throw error
  }
}

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // A process of another user exists.
    return isSystemError(error, 'EPERM')
  }
}

/** Field 22 of /proc/PID/stat (proc(5)): clock ticks since the start of the system. The name in field 2 can contain blanks. */
const startOf = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie has ended. Only its parent has not noticed.
    return state === 'Z' ? undefined : fields[18]
  } catch {
    // The process has ended, or the system has no /proc.
    return undefined
  }
}
