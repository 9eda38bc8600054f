import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import db, { type StoredLevel, type Write } from 'dynalite/db/index.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type DynamoDb, startDynamoDb } from '../../local/emulators/dynamodb/dynamodb.ts'
import { withTableStore } from '../../local/emulators/dynamodb/table-store.ts'
import { AccessKeys } from '../../local/emulators/signed-calls/access-keys.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postmaster-table-store-'))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

const table = {
  TableName: 'letters',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
}
const ids = Array.from({ length: 40 }, (_, index) => `letter ${index}`)
const put = (dynamodb: DynamoDb, id: string) =>
  dynamodb.call('PutItem', {
    TableName: 'letters',
    Item: { id: { S: id } },
    ConditionExpression: 'attribute_not_exists(id)',
  })

/** The store that dynalite creates, and what it writes at once. */
const watchedStore = () => {
  const { create } = db
  const stores: StoredLevel[] = []
  const batches: Write[][] = []
  vi.spyOn(db, 'create').mockImplementation((options) => {
    const store = create(options)
    const { batch } = store.db
    store.db.batch = (writes, callback) => {
      batches.push(writes)
      batch(writes, callback)
    }
    stores.push(store.db)
    return store
  })
  return { stores, batches }
}

describe("the store of the local run's tables", () => {
  it('reads each row in its own thread, and writes each row in a batch', async () => {
    const { stores, batches } = watchedStore()
    const dynamodb = await startDynamoDb({ folder, region: 'us-east-1', access: { keys: new AccessKeys() } })
    try {
      await dynamodb.call('CreateTable', table)
      const [level] = stores
      const read = vi.spyOn(level as StoredLevel, 'getSync')
      batches.length = 0
      await Promise.all(ids.map((id) => put(dynamodb, id)))
      // Each write reads its table and its row.
      expect(read).toHaveBeenCalledTimes(2 * ids.length)
      expect(batches.flat().filter(({ key }) => key.startsWith('item-'))).toHaveLength(ids.length)
      for (const id of ids) {
        const row = await dynamodb.call('GetItem', { TableName: 'letters', Key: { id: { S: id } } })
        expect(row).toEqual({ Item: { id: { S: id } } })
      }
      await expect(put(dynamodb, 'letter 0')).rejects.toThrow(/ConditionalCheckFailedException/)
    } finally {
      await dynamodb.close()
    }
  })

  it('writes together what arrives together, and answers a write only after its batch has been written', async () => {
    const callbacks: (() => void)[] = []
    const level = fakeLevel()
    level.batch = (_writes, callback) => callbacks.push(() => callback(null))
    withTableStore(() => db.create({}))
    level.open()
    const written: string[] = []
    for (const key of ['one', 'two']) level.put(key, {}, () => written.push(key))
    await vi.waitFor(() => expect(callbacks).toHaveLength(1))
    level.del('three', () => written.push('three'))
    await vi.waitFor(() => expect(callbacks).toHaveLength(2))
    expect(written).toEqual([])
    callbacks[0]?.()
    expect(written).toEqual(['one', 'two'])
    callbacks[1]?.()
    expect(written).toEqual(['one', 'two', 'three'])
  })

  it('reports a batch that failed to each of its writes, and writes the next one', async () => {
    const level = fakeLevel()
    const results = [new Error('the disk is full'), null]
    level.batch = (_writes, callback) => callback(results.shift())
    withTableStore(() => db.create({}))
    level.open()
    const errors: unknown[] = []
    for (const key of ['one', 'two']) level.put(key, {}, (error) => errors.push(error))
    await vi.waitFor(() => expect(errors).toEqual([new Error('the disk is full'), new Error('the disk is full')]))
    level.put('three', {}, (error) => errors.push(error))
    await vi.waitFor(() => expect(errors.at(-1)).toBeNull())
  })

  it('tells that another version of dynalite creates it in another way', () => {
    const level = fakeLevel()
    Reflect.deleteProperty(level, 'getSync')
    expect(() => withTableStore(() => db.create({}))).toThrow('dynalite no longer stores its tables with `level`')
    expect(() => withTableStore(() => 'started')).toThrow('dynalite no longer creates its store with `create`')
  })
})

/** A store that does nothing. `open` tells that it is open. */
const fakeLevel = () => {
  const listeners: (() => void)[] = []
  const nothing = () => undefined
  const level = {
    once: (_event: 'open', listener: () => void) => {
      listeners.push(listener)
    },
    open: () => {
      for (const listener of listeners) listener()
    },
    ...{ getSync: nothing, get: nothing, put: nothing, del: nothing, batch: nothing },
  } as StoredLevel & { open(): void }
  vi.spyOn(db, 'create').mockReturnValue({ db: level })
  return level
}
