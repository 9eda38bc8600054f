import { ProblemError } from '../reasons/problem.ts'
import type { AuditEntry, AuditOutcome, Intention } from './audit-entry.ts'

/** Writes entries. Each entry can be settled once, but it cannot be changed in any other way or removed. */
export interface AuditRows {
  add(entry: AuditEntry): Promise<void>
  settle(entryId: string, outcome: AuditOutcome): Promise<void>
}

export interface AuditTrailOptions {
  readonly now: () => Date
  readonly newId: () => string
  /** Called for an entry that stays `unconfirmed` although the result of its change is known. */
  readonly onUnsettled: (entryId: string) => void
}

/**
 * Makes changes and records them. The entry is written first. If that fails, nothing is changed, so no change can go
 * unrecorded. The entry is settled after the change. If that fails, it stays `unconfirmed`.
 */
export class AuditTrail {
  readonly #rows: AuditRows
  readonly #options: AuditTrailOptions

  constructor(rows: AuditRows, options: AuditTrailOptions) {
    this.#rows = rows
    this.#options = options
  }

  /** @param wasMade returns true if the result shows that the change was made; a conditional write can return false */
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
      // A rejection changes nothing. After any other error the result is unknown, because a write can succeed although
      // its response is lost.
      if (error instanceof ProblemError) await this.#settle(entryId, 'not-made')
      throw error
    }
  }

  /** Never throws, because the caller must not treat a completed change as a failed one. */
  async #settle(entryId: string, outcome: AuditOutcome): Promise<void> {
    try {
      await this.#rows.settle(entryId, outcome)
    } catch {
      this.#options.onUnsettled(entryId)
    }
  }
}
