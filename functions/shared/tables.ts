import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ulid } from 'ulid'
import { AuditTrail } from '../../lib/audit/audit-trail.ts'
import { Table } from '../../lib/tables/table.ts'
import { type TableName, tables, tableVariable } from '../../lib/tables/tables.ts'
import { readEnvironment } from '../environment.ts'
import { clientSettings } from './clients.ts'
import type { Log } from './logger.ts'

/**
 * Opens tables with a shared client: `openTables(log, 'accounts', 'audit')`. They log each row that is omitted from a
 * list, so that an operator can repair it.
 */
export const openTables = <Name extends TableName>(log: Log, ...names: readonly Name[]): Record<Name, Table> => {
  const client = new DynamoDBClient(clientSettings)
  const physicalNames = readEnvironment(names.map(tableVariable))
  const open = (table: Name) =>
    new Table(client, physicalNames[tableVariable(table)], {
      ...tables[table],
      onUnreadable: (key) => log.error('a row cannot be read and was omitted', { table, key }),
    })
  return Object.fromEntries(names.map((name) => [name, open(name)])) as Record<Name, Table>
}

/** Opens the audit trail in which functions record their changes. */
export const openAuditTrail = (table: Table, log: Log): AuditTrail =>
  new AuditTrail(table, {
    now: () => new Date(),
    newId: () => ulid(),
    onUnsettled: (entryId) => log.error('an audit entry remains unconfirmed', { entryId }),
  })
