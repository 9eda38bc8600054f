import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ulid } from 'ulid'
import { AuditTrail } from '../../lib/audit/audit-trail.ts'
import type { OnUnreadable } from '../../lib/tables/readable-rows.ts'
import { Table } from '../../lib/tables/table.ts'
import { type TableName, tables, tableVariable } from '../../lib/tables/tables.ts'
import { readEnvironment } from '../environment.ts'
import { clientSettings } from './clients.ts'
import type { Log } from './logger.ts'

/** Opens tables with a shared client: `openTables('accounts', 'audit')`. */
export const openTables = <Name extends TableName>(...names: readonly Name[]): Record<Name, Table> => {
  const client = new DynamoDBClient(clientSettings)
  const physicalNames = readEnvironment(names.map(tableVariable))
  const open = (name: Name) => new Table(client, physicalNames[tableVariable(name)], tables[name])
  return Object.fromEntries(names.map((name) => [name, open(name)])) as Record<Name, Table>
}

/**
 * Options for an adapter of `table`. They log each row that is omitted from a list, so that an operator can repair it.
 */
export const reportUnreadable = (log: Log, table: TableName): { readonly onUnreadable: OnUnreadable } => ({
  onUnreadable: (key) => log.error('a row cannot be read and was omitted', { table, key }),
})

/** Opens the audit trail in which functions record their changes. */
export const openAuditTrail = (table: Table, log: Log): AuditTrail =>
  new AuditTrail(table, {
    now: () => new Date(),
    newId: () => ulid(),
    onUnsettled: (entryId) => log.error('an audit entry remains unconfirmed', { entryId }),
  })
