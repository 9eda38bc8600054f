import { isDeepStrictEqual } from 'node:util'
import type { FieldChange } from './audit-entry.ts'

/** Top-level fields by name. The value of a secret is only compared, never recorded. */
export type AuditedFields = Readonly<Record<string, unknown>>

/** @returns the differences between two states. A created object has no `before`, and a deleted one has no `after`. */
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
