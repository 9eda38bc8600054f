import type { OnUnreadable } from '../../lib/tables/readable-rows.ts'
import type { TableName } from '../../lib/tables/tables.ts'
import type { Log } from './logger.ts'

/**
 * Options for an adapter of `table`. They log each row that is omitted from a list, so that an operator can repair it.
 */
export const reportUnreadable = (log: Log, table: TableName): { readonly onUnreadable: OnUnreadable } => ({
  onUnreadable: (key) => log.error('a row cannot be read and was omitted', { table, key }),
})
