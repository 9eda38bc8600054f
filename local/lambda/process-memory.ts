import { readFileSync, writeFileSync } from 'node:fs'

/**
 * The most memory that a process has used since `forgetPeak`, in bytes.
 * @returns undefined if the system does not report it (any system other than Linux)
 */
export function peakMemory(pid: number): number | undefined {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return match === null ? undefined : Number(match[1]) * 1024
  } catch {
    return undefined
  }
}

/** Resets the peak, so that an invocation is not charged for an earlier one. See proc(5), clear_refs. */
export function forgetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
  } catch {
    // The system is not Linux, or does not allow it. The peak then covers the process's whole life, as in Lambda's
    // reports.
  }
}
