import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Level } from 'level'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkDynamoDbFolder, type DynamoDb, startDynamoDb } from '../../local/emulators/dynamodb/dynamodb.ts'
import { AccessKeys } from '../../local/emulators/signed-calls/access-keys.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postmaster-killed-tables-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const text = (name: string) => ({ AttributeName: name, AttributeType: 'S' })
const keys = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
]
const table = {
  TableName: 'letters',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [text('account'), text('id'), text('storedAt')],
  KeySchema: keys('account', 'id'),
  GlobalSecondaryIndexes: [
    { IndexName: 'by-time', KeySchema: keys('account', 'storedAt'), Projection: { ProjectionType: 'ALL' } },
  ],
}
const letter = (id: string, storedAt: string) => ({ account: { S: 'desk' }, id: { S: id }, storedAt: { S: storedAt } })

const withTables = async <T>(work: (dynamodb: DynamoDb) => Promise<T>): Promise<T> => {
  await checkDynamoDbFolder(folder)
  const dynamodb = await startDynamoDb({ folder, region: 'us-east-1', access: { keys: new AccessKeys() } })
  try {
    return await work(dynamodb)
  } finally {
    await dynamodb.close()
  }
}

const query = (dynamodb: DynamoDb) =>
  dynamodb.call('Query', {
    TableName: 'letters',
    IndexName: 'by-time',
    KeyConditionExpression: 'account = :account',
    ExpressionAttributeValues: { ':account': { S: 'desk' } },
  })

/** What a process leaves that is killed while it writes: entries in the index that the items do not have. */
const killWhileWriting = async () => {
  const level = new Level<string, object>(join(folder, 'dynamodb'), { valueEncoding: 'json' })
  await level.open()
  const entries = await level.iterator({ gte: 'index-', lt: 'index.' }).all()
  expect(entries).toHaveLength(2)
  const [[firstKey, first], [secondKey]] = entries as [[string, object], [string, object]]
  await level.put(`${firstKey}~earlier`, { ...first, storedAt: { S: '2026-01-01' } })
  await level.del(secondKey)
  await level.close()
  writeFileSync(join(folder, 'dynamodb.open'), '')
}

describe('the tables of a local run that was killed', () => {
  it('an index lists each item exactly once after the next start, even if the process died between the index and the item', async () => {
    const items = [letter('a', '2026-02-01'), letter('b', '2026-02-02')]
    await withTables(async (dynamodb) => {
      await dynamodb.call('CreateTable', table)
      for (const Item of items) await dynamodb.call('PutItem', { TableName: 'letters', Item })
    })
    await killWhileWriting()
    expect(await withTables(query)).toMatchObject({ Count: 2, Items: items })
  })

  it('the mark of open tables exists until they are closed', async () => {
    const mark = join(folder, 'dynamodb.open')
    await withTables(async () => expect(existsSync(mark)).toBe(true))
    expect(existsSync(mark)).toBe(false)
  })
})
