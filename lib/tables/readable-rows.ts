import type * as z from 'zod'
import type { Row } from './table.ts'

/** Receives the key of a row that does not match its schema, but never its content. */
export type OnUnreadable = (key: string) => void

/**
 * Parses the rows of a list or a sweep. A row that cannot be read (written by a newer version, or manually) is reported
 * and left out, so that it does not affect the others. If a missing row would have a meaning, for example "deleted",
 * use `Table.getMany` directly.
 */
export const readableRows = <T>(
  rows: readonly Row[],
  schema: z.ZodType<T>,
  partitionKey: string,
  onUnreadable: OnUnreadable | undefined,
): T[] =>
  rows.flatMap((row) => {
    const parsed = schema.safeParse(row)
    if (parsed.success) return [parsed.data]
    onUnreadable?.(String(row[partitionKey]))
    return []
  })
