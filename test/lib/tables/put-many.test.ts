import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Table } from '../../../lib/tables/table.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'

let dynamo: TestTables
beforeAll(async () => {
  dynamo = await startTables()
})
afterAll(() => dynamo.stop())

/** A client that leaves rows unprocessed as defined by the script, request by request. */
const scripted = (leave: (rows: string[], request: number) => number) => {
  const requests: string[][] = []
  const send = async (command: BatchWriteItemCommand) => {
    if (!(command instanceof BatchWriteItemCommand)) throw new Error('another command')
    const rows = command.input.RequestItems?.t ?? []
    const names = rows.map(({ PutRequest }) => String(PutRequest?.Item?.key?.S))
    requests.push(names)
    const left = leave(names, requests.length)
    return { UnprocessedItems: left > 0 ? { t: rows.slice(rows.length - left) } : {} }
  }
  const table = new Table({ send } as unknown as DynamoDBClient, 't', { partitionKey: 'key' })
  return { table, requests }
}

describe('Table.putMany', () => {
  test('Table.putMany writes any number of rows and replaces existing ones', async () => {
    const table = dynamo.table('runs')
    await table.put({ runId: 'r0', old: true })
    await table.putMany(Array.from({ length: 1010 }, (_, i) => ({ runId: `r${i}`, gone: undefined })))
    expect(await table.get('r0')).toEqual({ runId: 'r0' })
    expect(await table.getMany(Array.from({ length: 1010 }, (_, i) => `r${i}`))).toHaveLength(1010)
    await table.putMany([])
  })

  test('Table.putMany resends only the rows that a throttled table left unprocessed', async () => {
    const { table, requests } = scripted((_, request) => (request === 1 ? 2 : 0))
    await table.putMany(['a', 'b', 'c'].map((key) => ({ key })))
    expect(requests).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
    ])
  })

  test('Table.putMany fails with an error instead of dropping rows', async () => {
    const { table, requests } = scripted((rows) => rows.length)
    await expect(table.putMany([{ key: 'a' }])).rejects.toThrow('unprocessed')
    expect(requests).toHaveLength(7)
  })
})
