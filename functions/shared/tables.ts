import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { Table } from '../../lib/tables/table.ts'
import { type TableName, tables } from '../../lib/tables/tables.ts'
import { clientSettings } from './clients.ts'

/** Opens tables with a shared client: `openTables({ accounts: environment.ACCOUNTS_TABLE })`. */
export const openTables = <Name extends TableName>(
  physicalNames: Readonly<Record<Name, string>>,
): Record<Name, Table> => {
  const client = new DynamoDBClient(clientSettings)
  const open = (name: Name) => new Table(client, physicalNames[name], tables[name])
  return mapKeys(physicalNames, open)
}

const mapKeys = <Key extends string, To>(
  from: Readonly<Record<Key, unknown>>,
  map: (key: Key) => To,
): Record<Key, To> => {
  const to: Partial<Record<Key, To>> = {}
  for (const key in from) to[key] = map(key)
  return to as Record<Key, To>
}
