import { readFileSync, writeFileSync } from 'node:fs'

/** The most memory a process has held since `forgetPeak`, in bytes; undefined where the system does not tell (not Linux). */
export function peakMemory(pid: number): number | undefined {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return match === null ? undefined : Number(match[1]) * 1024
  } catch {
    return undefined
  }
}

/** Starts the peak anew: an invocation must not answer for the one before it. See proc(5), clear_refs. */
export function forgetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
  } catch {
    // Not Linux, or not allowed: the peak is then that of the process' life, as Lambda reports it.
  }
}
