import type { TableProps } from '@cloudscape-design/components/table'
import { useIsNarrow } from '../narrow.ts'

/** @returns the columns that the window has room for @param narrowColumns the ids of those in a narrow window, or all */
export const useShownColumns = <T>(
  columns: readonly TableProps.ColumnDefinition<T>[],
  narrowColumns: readonly string[] | undefined,
): readonly TableProps.ColumnDefinition<T>[] => {
  const isNarrow = useIsNarrow()
  return isNarrow && narrowColumns ? columns.filter(({ id = '' }) => narrowColumns.includes(id)) : columns
}
