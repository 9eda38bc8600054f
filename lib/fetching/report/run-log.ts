import { type Run, type RunConversation, type RunCounts, runEventLimit, type skipReasons } from '../../runs/run.ts'
import type { RunConnection } from '../../runs/run-connection.ts'
import { countedUnder } from '../../text/names.ts'
import type { FetchFailure } from '../failures.ts'

export type SkipReason = (typeof skipReasons)[number]
type Counter = keyof RunCounts

/** The record of a run in progress. Counts only rise, except that a continuation counts leftover messages again. */
export class RunLog {
  #run: Run
  readonly #now: () => number

  constructor(run: Run, now: () => number) {
    this.#run = run
    this.#now = now
  }

  get run(): Run {
    return this.#run
  }

  /** Starts the first part or a continuation. A continuation counts the messages left by the previous part again. */
  start(part: number, { debug = false }: { readonly debug?: boolean | undefined } = {}): void {
    // A run that was recorded as lost but starts now has not ended.
    const { endedAt: _end, duration: _duration, error: _error, ...run } = this.#run
    const { counts, startedAt, conversation } = run
    const partStartedAt = this.#time()
    this.#run = {
      ...run,
      state: 'running',
      parts: part,
      startedAt: startedAt ?? partStartedAt,
      partStartedAt,
      counts: { ...counts, found: counts.found - counts.left, left: 0 },
      ...(debug && { conversation: conversation ?? { parts: 0, bytes: 0, cut: false } }),
    }
  }

  count(counter: Counter, by = 1): void {
    this.#run = { ...this.#run, counts: { ...this.#run.counts, [counter]: this.#run.counts[counter] + by } }
  }

  /** Uncounts messages before a continuation, which lists and counts them again. */
  takeBack(counted: Iterable<'alreadyKnown' | SkipReason>): void {
    for (const as of counted) {
      this.count('found', -1)
      if (as === 'alreadyKnown') this.count('alreadyKnown', -1)
      else this.skipped(as, -1)
    }
    const reasons = Object.entries(this.#run.skippedBecause).filter(([, count]) => count !== 0)
    this.#run = { ...this.#run, skippedBecause: Object.fromEntries(reasons) }
  }

  stored(queueName: string, size: number): void {
    this.count('stored')
    const { storedByQueue } = this.#run
    this.#run = {
      ...this.#run,
      bytes: this.#run.bytes + size,
      storedByQueue: countedUnder(storedByQueue, queueName),
    }
  }

  skipped(reason: SkipReason, by = 1): void {
    this.count('skipped', by)
    const { skippedBecause } = this.#run
    this.#run = { ...this.#run, skippedBecause: { ...skippedBecause, [reason]: (skippedBecause[reason] ?? 0) + by } }
  }

  /**
   * Adds an event unless the limit is reached. Beyond it, only the counts grow.
   *
   * @param messages the number of messages, if the event concerns several
   */
  event(code: string, detail: string, messageId?: string, messages?: number): void {
    if (this.#run.events.length >= runEventLimit) return
    const about = { ...(messageId !== undefined && { messageId }), ...(messages !== undefined && { messages }) }
    const event = { at: this.#time(), code, detail, ...about }
    this.#run = { ...this.#run, events: [...this.#run.events, event] }
  }

  session(roundTrips: number, oldestWaitingAt: string | undefined): void {
    const { oldestWaitingAt: _before, ...run } = this.#run
    this.#run = {
      ...run,
      roundTrips: run.roundTrips + roundTrips,
      ...(oldestWaitingAt !== undefined && { oldestWaitingAt }),
    }
  }

  connected(connection: RunConnection): void {
    this.#run = { ...this.#run, connection }
  }

  conversed(conversation: RunConversation): void {
    this.#run = { ...this.#run, conversation }
  }

  end(state: 'done' | 'failed' | 'crashed', failure?: FetchFailure): void {
    const endedAt = this.#time()
    const { startedAt = endedAt } = this.#run
    this.#run = {
      ...this.#run,
      state,
      startedAt,
      endedAt,
      duration: Date.parse(endedAt) - Date.parse(startedAt),
      ...(failure && { error: { code: failure.code, detail: failure.detail, remedy: failure.remedy } }),
    }
  }

  #time(): string {
    return new Date(this.#now()).toISOString()
  }
}
