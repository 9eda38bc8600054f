import type * as z from 'zod'
import type { Row } from './table.ts'

/** Told the key of a row that is not what it should be, and never its content. */
export type OnUnreadable = (key: string) => void

/**
 * Parses the rows of a list or a sweep. One that cannot be read (written by a newer version, or by hand) is reported and left out:
 * it must not take the others with it. Where leaving out would mean something, such as "deleted", look at `Table.getMany` itself.
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
