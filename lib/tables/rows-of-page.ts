import type { Page, Row, Table } from './table.ts'

/**
 * Reads the full rows for one page of a keys-only index, in the page's order. Rows that were deleted after the index
 * was written are left out.
 */
export const rowsOfPage = async (table: Table, key: string, page: Pick<Page, 'rows'>): Promise<Row[]> => {
  const keys = page.rows.map((row) => String(row[key]))
  const found = new Map((await table.getMany(keys)).map((row) => [String(row[key]), row]))
  return keys.map((wanted) => found.get(wanted)).filter((row) => row !== undefined)
}
