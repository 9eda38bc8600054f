import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import db from 'dynalite/db/index.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { checkDynamoDbFolder, type DynamoDb, startDynamoDb } from '../../local/emulators/dynamodb/dynamodb.ts'
import { AccessKeys } from '../../local/emulators/signed-calls/access-keys.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postmaster-killed-tables-'))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

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

interface Letters {
  readonly Items: ReturnType<typeof letter>[]
}
const byId = (one: ReturnType<typeof letter>, other: ReturnType<typeof letter>) => one.id.S.localeCompare(other.id.S)

const query = async (dynamodb: DynamoDb): Promise<Letters> => {
  const answer = await dynamodb.call('Query', {
    TableName: 'letters',
    IndexName: 'by-time',
    KeyConditionExpression: 'account = :account',
    ExpressionAttributeValues: { ':account': { S: 'desk' } },
  })
  return answer as Letters
}
const scan = async (dynamodb: DynamoDb) => (await dynamodb.call('Scan', { TableName: 'letters' })) as Letters

/** Lets another process write for a moment, and kills it while it writes. */
const writeAndKill = async (first: number): Promise<number> => {
  const script = fileURLToPath(new URL('support/write-letters.ts', import.meta.url))
  const child = fork(script, [folder, String(first)])
  const gone = once(child, 'exit')
  let written = first
  child.on('message', (time) => {
    written = Number(time)
    if (written >= first + 10) child.kill('SIGKILL')
  })
  expect(await gone).toEqual([null, 'SIGKILL'])
  return written
}

describe('the tables of a local run that was killed', () => {
  it('an index lists each item exactly once, as it is, after a process was killed while it wrote', async () => {
    await withTables((dynamodb) => dynamodb.call('CreateTable', table))
    let time = 1_000
    for (let round = 0; round < 3; round += 1) {
      time = await writeAndKill(time + 100)
      const [listed, items] = await withTables(async (dynamodb) => [await query(dynamodb), await scan(dynamodb)])
      expect(listed.Items.map(({ id }) => id.S).toSorted()).toEqual(['a', 'b', 'c', 'd'])
      expect(listed.Items.toSorted(byId)).toEqual(items.Items.toSorted(byId))
      for (const { storedAt } of items.Items) expect(Number(storedAt.S)).toBeGreaterThanOrEqual(time)
    }
  })

  it('an item and its index entries are written in one batch, so that a killed process leaves both or neither', async () => {
    const { create } = db
    const batches: string[][] = []
    vi.spyOn(db, 'create').mockImplementation((options) => {
      const store = create(options)
      const { batch } = store.db
      store.db.batch = (writes, callback) => {
        // dynalite marks a new table as active after a moment, which may be a part of any batch.
        const ofItems = writes.filter(({ key }) => !key.startsWith('table~'))
        if (ofItems.length > 0) batches.push(ofItems.map(({ type, key }) => `${type} ${key.split('~')[0]}`))
        batch(writes, callback)
      }
      return store
    })
    await withTables(async (dynamodb) => {
      await dynamodb.call('CreateTable', table)
      await dynamodb.call('PutItem', { TableName: 'letters', Item: letter('a', '2026-02-01') })
      await dynamodb.call('PutItem', { TableName: 'letters', Item: letter('a', '2026-02-02') })
      const Key = { account: { S: 'desk' }, id: { S: 'a' } }
      await dynamodb.call('DeleteItem', { TableName: 'letters', Key })
    })
    expect(batches).toEqual([
      ['put index-global', 'put item-letters'],
      ['del index-global', 'put index-global', 'put item-letters'],
      ['del index-global', 'del item-letters'],
    ])
  })
})
