import * as z from 'zod'
import type { AuditEntry } from './audit-entry.ts'

/** Where a list goes on: after this entry. */
export const auditCursorSchema = z.strictObject({ at: z.iso.datetime(), entryId: z.string().min(1).max(64) })
export type AuditCursor = z.infer<typeof auditCursorSchema>

export interface AuditQuery {
  readonly subject?: string | undefined
  readonly who?: string | undefined
  /** Both inclusive, ISO 8601 in UTC with milliseconds. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly limit: number
  readonly cursor?: AuditCursor | undefined
}

export interface AuditPage {
  readonly entries: AuditEntry[]
  /** There may be more. With both `subject` and `who` a page can be short, even empty, and still have a `next`. */
  readonly next?: AuditCursor
}

export interface AuditReader {
  /** Newest first. */
  list(query: AuditQuery): Promise<AuditPage>
}
