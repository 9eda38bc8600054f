import type { OnUnreadable } from '../../lib/tables/readable-rows.ts'
import type { TableName } from '../../lib/tables/tables.ts'
import type { Log } from './logger.ts'

/** Options for an adapter of `table`: a row left out of a list is named in the log, so that somebody can repair it. */
export const reportUnreadable = (log: Log, table: TableName): { readonly onUnreadable: OnUnreadable } => ({
  onUnreadable: (key) => log.error('a row cannot be read and was left out', { table, key }),
})
