import type { Table } from '../tables/table.ts'
import { type AuditEntry, type AuditOutcome, auditEntrySchema } from './audit-entry.ts'
import type { AuditRows } from './audit-trail.ts'

/** More than a year, so that entries from the same month of the previous year are still available. */
const daysKept = 400

/** Writes the audit table. */
export class DynamoAuditRows implements AuditRows {
  readonly #table: Table

  constructor(table: Table) {
    this.#table = table
  }

  async add(entry: AuditEntry): Promise<void> {
    const expiresAt = Math.floor(Date.parse(entry.at) / 1000) + daysKept * 86_400
    const row = { ...auditEntrySchema.parse(entry), listing: 'audit', expiresAt }
    if (!(await this.#table.put(row, { text: 'attribute_not_exists(#entryId)' })))
      throw new Error('The id of the new audit entry already exists')
  }

  async settle(entryId: string, outcome: AuditOutcome): Promise<void> {
    const settled = await this.#table.update(
      entryId,
      { text: 'SET #outcome = :settled', values: { settled: outcome } },
      { text: '#outcome = :unconfirmed', values: { unconfirmed: 'unconfirmed' } },
    )
    if (!settled) throw new Error('The audit entry is not unconfirmed')
  }
}
