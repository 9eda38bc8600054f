import { ProblemError } from '../problems/problem.ts'
import type { AuditEntry, AuditOutcome, Intention } from './audit-entry.ts'

/** Where entries are written. There is no way to change or remove one but to settle it, once. */
export interface AuditRows {
  add(entry: AuditEntry): Promise<void>
  settle(entryId: string, outcome: AuditOutcome): Promise<void>
}

export interface AuditTrailOptions {
  readonly now: () => Date
  readonly newId: () => string
  /** Told of an entry that stays `unconfirmed` although the change was answered. */
  readonly onUnsettled: (entryId: string) => void
}

/**
 * Makes changes that leave a trace. The entry is written first: when that fails, nothing is changed, so that no change can go
 * unrecorded. It is settled afterwards; when that fails, the entry says so itself.
 */
export class AuditTrail {
  readonly #rows: AuditRows
  readonly #options: AuditTrailOptions

  constructor(rows: AuditRows, options: AuditTrailOptions) {
    this.#rows = rows
    this.#options = options
  }

  /** @param wasMade whether the change came about, by its result: for conditional writes, which answer false */
  async record<Result>(
    intention: Intention,
    change: () => Promise<Result>,
    wasMade: (result: Result) => boolean,
  ): Promise<Result> {
    const entryId = this.#options.newId()
    const at = this.#options.now().toISOString()
    await this.#rows.add({ ...intention, entryId, at, outcome: 'unconfirmed' })
    try {
      const result = await change()
      await this.#settle(entryId, wasMade(result) ? 'made' : 'not-made')
      return result
    } catch (error) {
      // A refusal changes nothing. After any other error nobody knows: a write can succeed and its answer be lost.
      if (error instanceof ProblemError) await this.#settle(entryId, 'not-made')
      throw error
    }
  }

  /** The change stands, whether this can be written or not: its caller must not be told that it failed. */
  async #settle(entryId: string, outcome: AuditOutcome): Promise<void> {
    try {
      await this.#rows.settle(entryId, outcome)
    } catch {
      this.#options.onUnsettled(entryId)
    }
  }
}
