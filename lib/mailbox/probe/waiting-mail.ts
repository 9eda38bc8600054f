import type { ListedMessage } from '../mailbox.ts'
import type { WaitingMail } from './connection-test.ts'

/** Aggregates a listing as it arrives. */
export class WaitingMailCount {
  #examined = 0
  #bytes = 0
  #largest = 0
  #flaggedDeleted = 0
  #oldestAt: string | undefined
  #newestAt: string | undefined
  readonly #byMonth = new Map<string, number>()

  get examined(): number {
    return this.#examined
  }

  add(messages: readonly ListedMessage[]): void {
    for (const { size, internalDate, flaggedDeleted } of messages) {
      this.#examined += 1
      this.#bytes += size
      this.#largest = Math.max(this.#largest, size)
      if (flaggedDeleted) this.#flaggedDeleted += 1
      if (internalDate === undefined) continue
      if (this.#oldestAt === undefined || internalDate < this.#oldestAt) this.#oldestAt = internalDate
      if (this.#newestAt === undefined || internalDate > this.#newestAt) this.#newestAt = internalDate
      const month = internalDate.slice(0, 7)
      this.#byMonth.set(month, (this.#byMonth.get(month) ?? 0) + 1)
    }
  }

  /** @param count of all messages, as reported by the server */
  result(count: number): WaitingMail {
    const months = [...this.#byMonth].sort(([a], [b]) => a.localeCompare(b))
    return {
      count,
      examined: this.#examined,
      bytes: this.#bytes,
      largest: this.#largest,
      flaggedDeleted: this.#flaggedDeleted,
      ...(this.#oldestAt !== undefined && { oldestAt: this.#oldestAt }),
      ...(this.#newestAt !== undefined && { newestAt: this.#newestAt }),
      ...(months.length > 0 && { byMonth: Object.fromEntries(months) }),
    }
  }
}
