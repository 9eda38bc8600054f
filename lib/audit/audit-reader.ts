import * as z from 'zod'
import type { AuditEntry } from './audit-entry.ts'

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
   * Present if there may be more entries. With both `subject` and `who`, even a short or empty page can have a `next`.
   */
  readonly next?: AuditCursor
}

export interface AuditReader {
  /** Lists entries, newest first. */
  list(query: AuditQuery): Promise<AuditPage>
}
