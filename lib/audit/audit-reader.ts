import * as z from 'zod'
import type { QueryOptions } from '../tables/table.ts'
import { TableStore } from '../tables/table-store.ts'
import { type AuditEntry, auditEntrySchema } from './audit-entry.ts'

/** The entry after which a list continues. */
export const auditCursorSchema = z.strictObject({ at: z.iso.datetime(), entryId: z.string().min(1).max(64) })
export type AuditCursor = z.infer<typeof auditCursorSchema>

export interface AuditQuery {
  readonly subject?: string | undefined
  readonly who?: string | undefined
  /** `from` and `to` are inclusive, in ISO 8601 in UTC with milliseconds. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly limit: number
  readonly cursor?: AuditCursor | undefined
}

export interface AuditPage {
  readonly entries: AuditEntry[]
  /**
   * Present if there may be more entries. If both `subject` and `who` are set, even a short or empty page can have it.
   */
  readonly next?: AuditCursor
}

/** If no entry passes a filter, a call stops after this number of pages of 100, and the next call continues. */
const pagesPerCall = 20
const filteredPage = 100

/** Reads the audit table. */
export class AuditReader extends TableStore {
  /** Lists entries, newest first. */
  async list(query: AuditQuery): Promise<AuditPage> {
    const { from, to, who, limit } = query
    const scope = scopeOf(query)
    const filtered = query.subject !== undefined && who !== undefined
    const entries: AuditPage['entries'] = []
    let position: AuditCursor | undefined = query.cursor
    for (let pages = 0; pages < pagesPerCall; pages += 1) {
      const startKey = position && { ...position, [scope.partition[0]]: scope.partition[1] }
      const page = await this.table.query({
        ...scope,
        sort: { key: 'at', ...(from && { from }), ...(to && { to }) },
        descending: true,
        limit: filtered ? filteredPage : limit,
        ...(startKey && { startKey }),
      })
      for (const row of page.rows) {
        const [entry] = this.table.readable([row], auditEntrySchema)
        if (!entry || (filtered && entry.who !== who)) continue
        entries.push(entry)
        if (entries.length === limit) return { entries, ...(isMore(page, row) && { next: positionOf(entry) }) }
      }
      if (!page.nextKey) return { entries }
      position = auditCursorSchema.parse({ at: page.nextKey.at, entryId: page.nextKey.entryId })
    }
    return { entries, ...(position && { next: position }) }
  }
}

const scopeOf = ({ subject, who }: AuditQuery): Pick<QueryOptions, 'index' | 'partition'> => {
  if (subject !== undefined) return { index: 'by-subject', partition: ['subject', subject] }
  if (who !== undefined) return { index: 'by-who', partition: ['who', who] }
  return { index: 'by-time', partition: ['listing', 'audit'] }
}

const isMore = ({ rows, nextKey }: { rows: readonly unknown[]; nextKey?: unknown }, last: unknown): boolean =>
  nextKey !== undefined || rows.at(-1) !== last

const positionOf = ({ at, entryId }: AuditCursor): AuditCursor => ({ at, entryId })
