import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { rowFormat } from '../../../../lib/tables/row-format.ts'
import type { Row } from '../../../../lib/tables/table.ts'
import {
  type TableDefinition,
  type TableName,
  tables as tableDefinitions,
  tableNames,
} from '../../../../lib/tables/tables.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'
import { goldenFolder } from './kinds.ts'
import { type Reader, readers } from './readers.ts'

interface GoldenRow {
  readonly name: TableName
  readonly kind: string
  readonly row: Row
  readonly reader: Reader
}

const rowSchema = z.record(z.string(), z.unknown())

const golden: GoldenRow[] = tableNames.flatMap((name) =>
  readdirSync(join(goldenFolder, name)).map((file) => {
    const kind = file.replace(/\.json$/, '')
    const reader = readers[name][kind]
    if (!reader) throw new Error(`readers.ts does not know how ${name}/${kind} is read`)
    const row = rowSchema.parse(JSON.parse(readFileSync(join(goldenFolder, name, file), 'utf8')))
    return { name, kind, row, reader }
  }),
)

let tables: TestTables
beforeAll(async () => {
  tables = await startTables()
})
afterAll(async () => await tables.stop())

/** Stores the row as it is, as an earlier or a later version would have done. */
const store = async (name: TableName, row: Row): Promise<void> => {
  await tables.client.send(new PutItemCommand({ TableName: tables.tableName(name), Item: marshall(row) }))
}

/** @returns the stored row with the key of this one */
const stored = async (name: TableName, row: Row): Promise<Row> => {
  const { partitionKey, sortKey }: TableDefinition = tableDefinitions[name]
  const Key = marshall({ [partitionKey]: row[partitionKey], ...(sortKey && { [sortKey]: row[sortKey] }) })
  const { Item = {} } = await tables.client.send(new GetItemCommand({ TableName: tables.tableName(name), Key }))
  return unmarshall(Item)
}

describe('a row that an earlier version wrote', () => {
  it('every kind of row has an example, and every table has at least one', () => {
    const known = tableNames.flatMap((name) => Object.keys(readers[name]).map((kind) => `${name}/${kind}`))
    expect(golden.map(({ name, kind }) => `${name}/${kind}`).sort()).toEqual(known.sort())
  })

  it.each(golden)('this version reads $name/$kind', async ({ name, row, reader }) => {
    await store(name, row)
    expect(await reader.read(tables.table(name), row)).toBeDefined()
  })

  it.each(golden.filter(({ reader }) => reader.change))(
    'a change of $name/$kind keeps all its attributes, and those of a later version',
    async ({ name, row, reader }) => {
      const later = { ...row, fromTheFuture: { kept: ['as', 'it', 'is'] } }
      await store(name, later)
      expect(await reader.change?.(tables.table(name), row)).toBe(true)
      const after = await stored(name, row)
      expect(Object.keys(after).sort()).toEqual(Object.keys(later).sort())
      expect(after).toMatchObject({ fromTheFuture: later.fromTheFuture, format: rowFormat })
    },
  )

  it.each(golden)(
    'the format $name/$kind of a later version is refused with a reason',
    async ({ name, row, reader }) => {
      const later = { ...row, format: rowFormat + 1 }
      await store(name, later)
      await expect(reader.read(tables.table(name), row)).rejects.toMatchObject({ code: 'row-too-new' })
      // The row stays as it is.
      expect(await stored(name, row)).toEqual(later)
    },
  )
})
