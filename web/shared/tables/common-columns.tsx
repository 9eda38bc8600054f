import type { TableProps } from '@cloudscape-design/components/table'
import { type Validity, ValidityStatus } from '../forms/validity.tsx'

/** The column with the validity that many resources have. */
export const validityColumn: TableProps.ColumnDefinition<{ readonly validity: Validity }> = {
  id: 'validity',
  header: 'Validity',
  sortingField: 'validity',
  cell: ({ validity }) => <ValidityStatus validity={validity} />,
}

/** The column with the comment that admins write for each other. */
export const commentColumn: TableProps.ColumnDefinition<{ readonly comment: string }> = {
  id: 'comment',
  header: 'Comment',
  sortingField: 'comment',
  cell: ({ comment }) => comment || '–',
}
