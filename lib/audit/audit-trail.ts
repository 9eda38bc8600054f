import { ProblemError } from '../reasons/problem.ts'
import type { Table } from '../tables/table.ts'
import type { Clock } from '../text/clock.ts'
import { type Actor, type AuditEntry, type AuditOutcome, auditEntrySchema, type FieldChange } from './audit-entry.ts'

/** An action that is about to take place. */
export interface Intention extends Pick<AuditEntry, 'action' | 'subject' | 'name' | 'version'> {
  readonly by: Actor
  readonly changes?: FieldChange[]
}

export interface AuditTrailOptions {
  readonly now: Clock
  readonly newId: () => string
  /** Called for an entry that stays `unconfirmed` even though the result of its change is known. */
  readonly onUnsettled: (entryId: string) => void
}

/** More than a year, so that entries from the same month of the previous year are still available. */
const daysKept = 400

/**
 * Makes changes and records them in the audit table. The entry is written first. If that fails, nothing is changed, so
 * no change can go unrecorded. The entry is settled after the change. If that fails, it stays `unconfirmed`. An entry
 * can be settled once, but it cannot be changed in any other way or removed.
 */
export class AuditTrail {
  readonly #table: Pick<Table, 'put' | 'update'>
  readonly #options: AuditTrailOptions

  constructor(table: Pick<Table, 'put' | 'update'>, options: AuditTrailOptions) {
    this.#table = table
    this.#options = options
  }

  /** @param wasMade returns true if the result shows that the change was made; a conditional write can return false */
  async record<Result>(
    intention: Intention,
    change: () => Promise<Result>,
    wasMade: (result: Result) => boolean,
  ): Promise<Result> {
    const entryId = await this.#add(intention)
    try {
      const result = await change()
      await this.#settle(entryId, wasMade(result) ? 'made' : 'not-made')
      return result
    } catch (error) {
      // A rejection changes nothing. After any other error, the result is unknown, because a write can succeed even if
      // its response is lost.
      if (error instanceof ProblemError) await this.#settle(entryId, 'not-made')
      throw error
    }
  }

  async #add({ by, changes = [], ...action }: Intention): Promise<string> {
    const [entryId, at] = [this.#options.newId(), this.#options.now()]
    const who = { who: by.name, whoSub: by.sub }
    const entry: AuditEntry = { ...action, ...who, changes, entryId, at: at.toISOString(), outcome: 'unconfirmed' }
    const expiresAt = Math.floor(at.getTime() / 1000) + daysKept * 86_400
    const row = { ...auditEntrySchema.parse(entry), listing: 'audit', expiresAt }
    if (!(await this.#table.put(row, { text: 'attribute_not_exists(#entryId)' })))
      throw new Error('The id of the new audit entry already exists')
    return entryId
  }

  /** Never throws, because the caller must not treat a completed change as a failed one. */
  async #settle(entryId: string, outcome: AuditOutcome): Promise<void> {
    const change = { text: 'SET #outcome = :settled', values: { settled: outcome } }
    const unconfirmed = { text: '#outcome = :unconfirmed', values: { unconfirmed: 'unconfirmed' } }
    const settled = await this.#table.update(entryId, change, unconfirmed).catch(() => false)
    if (!settled) this.#options.onUnsettled(entryId)
  }
}
