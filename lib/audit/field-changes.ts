import { isDeepStrictEqual } from 'node:util'
import type { FieldChange } from './audit-entry.ts'

/** Top-level fields by name; a secret's value is only compared, never kept. */
export type AuditedFields = Readonly<Record<string, unknown>>

/** What differs between two states. Something created has no `before`, something deleted no `after`. */
export const fieldChanges = (
  before: AuditedFields | undefined,
  after: AuditedFields | undefined,
  secrets: readonly string[] = [],
): FieldChange[] =>
  [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].flatMap((field): FieldChange[] => {
    const [from, to] = [before?.[field], after?.[field]]
    if (isDeepStrictEqual(from, to)) return []
    if (secrets.includes(field)) return [{ field, secret: true }]
    return [{ field, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }]
  })
