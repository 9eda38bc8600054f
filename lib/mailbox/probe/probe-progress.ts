import type { StepLog } from '../../reasons/step-log.ts'
import type { ListedMessage } from '../mailbox.ts'
import type { ConnectionTest, TestStep, WaitingMail } from './connection-test.ts'

/**
 * Time limits in milliseconds and other limits of a connection test. The time limits add up to less than 15 s, half of
 * API Gateway's limit: `session`, followed by either `silence` for the logout or `diagnosis` for the cause of a
 * failure.
 */
export const probeLimits = {
  /** Everything from the name lookup to the last response. */
  session: 9_500,
  /** Listing and counting start nothing after this time, so that the results so far are reported. */
  details: 7_000,
  /** Connecting, including the greeting. A fetch waits longer, because no person is waiting for it. */
  connect: 5_000,
  /** For one response. Dovecot delays the rejection of a login by 2 s. */
  silence: 5_000,
  diagnosis: 2_500,
  /** Messages whose sizes and dates are examined: about 2 s on a local network. */
  messages: 50_000,
  /** Folders in the result. The response stays far below Lambda's limit of 6 MB. */
  folders: 1_000,
  /** STATUS commands for folders without a count from LIST. Each may require the server to read every message. */
  counts: 200,
} as const
export type ProbeLimits = { readonly [Limit in keyof typeof probeLimits]: number }

/** What a test has found so far. It is reported no matter how the test ends. */
export interface ProbeProgress {
  readonly steps: StepLog<TestStep>
  readonly limits: ProbeLimits
  /** `performance.now()` after which no further details are requested. */
  readonly detailsUntil: number
  waiting?: ConnectionTest['waiting']
  folders?: NonNullable<ConnectionTest['folders']>
  unselectableFolders?: NonNullable<ConnectionTest['unselectableFolders']>
}

/** Aggregates a listing as it arrives. */
export class WaitingMailCount {
  readonly #found: Omit<WaitingMail, 'count' | 'byMonth'> = { examined: 0, bytes: 0, largest: 0, flaggedDeleted: 0 }
  readonly #byMonth = new Map<string, number>()

  get examined(): number {
    return this.#found.examined
  }

  add(messages: readonly ListedMessage[]): void {
    const found = this.#found
    for (const { size, internalDate, flaggedDeleted } of messages) {
      found.examined += 1
      found.bytes += size
      found.largest = Math.max(found.largest, size)
      if (flaggedDeleted) found.flaggedDeleted += 1
      if (internalDate === undefined) continue
      if (found.oldestAt === undefined || internalDate < found.oldestAt) found.oldestAt = internalDate
      if (found.newestAt === undefined || internalDate > found.newestAt) found.newestAt = internalDate
      const month = internalDate.slice(0, 7)
      this.#byMonth.set(month, (this.#byMonth.get(month) ?? 0) + 1)
    }
  }

  /** @param count of all messages, as reported by the server */
  result(count: number): WaitingMail {
    const months = [...this.#byMonth].sort(([a], [b]) => a.localeCompare(b))
    return { count, ...this.#found, ...(months.length > 0 && { byMonth: Object.fromEntries(months) }) }
  }
}
