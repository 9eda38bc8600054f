import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bucketCount, bucketOf } from '../../../lib/tables/items.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { recordCalls } from '../../support/recorded-calls.ts'

let dynamo: TestTables
beforeAll(async () => {
  dynamo = await startTables()
})
afterAll(() => dynamo.stop())

describe('Table', () => {
  it('Table reads back the row it wrote, and returns undefined for an unknown key', async () => {
    const table = dynamo.table('accounts')
    expect(await table.put({ accountId: 'a', nested: { list: [1, 'zwei'] }, gone: undefined })).toBe(true)
    expect(await table.get('a')).toEqual({ accountId: 'a', nested: { list: [1, 'zwei'] } })
    expect(await table.get('unknown')).toBeUndefined()
  })

  it('Table.put resolves to false if its condition does not hold, and changes nothing', async () => {
    const table = dynamo.table('mailboxClaims')
    const absent = { text: 'attribute_not_exists(#mailbox)' }
    expect(await table.put({ mailbox: 'm', accountId: 'first' }, absent)).toBe(true)
    expect(await table.put({ mailbox: 'm', accountId: 'second' }, absent)).toBe(false)
    expect(await table.get('m')).toEqual({ mailbox: 'm', accountId: 'first' })
  })

  it('Table.update resolves to whether its condition held', async () => {
    const table = dynamo.table('accountStatus')
    await table.put({ accountId: 'a', lastSlot: '1' })
    const change = { text: 'SET #lastSlot = :slot REMOVE #dueBucket', values: { slot: '2' } }
    const newer = { text: '#lastSlot < :slot', values: { slot: '2' } }
    expect(await table.update('a', change, newer)).toBe(true)
    expect(await table.get('a')).toEqual({ accountId: 'a', lastSlot: '2' })
    expect(await table.update('a', change, newer)).toBe(false)
  })

  it('Table.query without an index reads the table itself, with strong consistency, in the order of the sort key', async () => {
    const table = dynamo.table('openDeliveries')
    for (const place of ['2', '1', '3']) await table.put({ lane: 'a', place, deliveryId: `d${place}` })
    await table.put({ lane: 'b', place: '0', deliveryId: 'other' })
    const calls = recordCalls(dynamo.client, 'dynamodb')
    const { rows } = await table.query({ partition: ['lane', 'a'], limit: 2 })
    expect(rows.map(({ deliveryId }) => deliveryId)).toEqual(['d1', 'd2'])
    expect(calls.map(({ input }) => input)).toMatchObject([{ ConsistentRead: true }])
    expect(calls[0]?.input).not.toHaveProperty('IndexName')
  })

  it('Table reads, updates and deletes a row by both parts of its key', async () => {
    const table = dynamo.table('openDeliveries')
    await table.put({ lane: 'c', place: '1', deliveryId: 'first' })
    await table.put({ lane: 'c', place: '2', deliveryId: 'second' })
    expect(await table.get(['c', '1'])).toMatchObject({ deliveryId: 'first' })
    await table.update(['c', '2'], { text: 'SET #deliveryId = :id', values: { id: 'changed' } })
    await table.delete(['c', '1'])
    expect((await table.query({ partition: ['lane', 'c'] })).rows).toEqual([
      { lane: 'c', place: '2', deliveryId: 'changed' },
    ])
  })

  it('Table refuses a key that lacks a part or has one too many', async () => {
    await expect(dynamo.table('openDeliveries').get('c')).rejects.toThrow(TypeError)
    await expect(dynamo.table('accounts').get(['a', 'b'])).rejects.toThrow(TypeError)
  })

  it('Table never requests the values of a row in a write, whether the condition holds or not', async () => {
    const table = dynamo.table('accountStatus')
    const calls = recordCalls(dynamo.client, 'dynamodb')
    const never = { text: '#lastSlot = :never', values: { never: 'never' } }
    const change = { text: 'SET #lastSlot = :slot', values: { slot: '2' } }
    for (const condition of [undefined, never]) {
      await table.put({ accountId: 'b', lastSlot: '1' }, condition)
      await table.update('b', change, condition)
      await table.delete('b', condition)
    }
    expect(calls.map(({ action }) => action.replace('dynamodb:', ''))).toEqual([
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
    ])
    for (const { input } of calls) {
      expect(input).not.toHaveProperty('ReturnValues')
      expect(input).not.toHaveProperty('ReturnValuesOnConditionCheckFailure')
    }
  })

  it('Table.delete supports a condition, and a missing row is not an error', async () => {
    const table = dynamo.table('mailboxClaims')
    await table.put({ mailbox: 'd', accountId: 'mine' })
    const owner = (accountId: string) => ({ text: '#accountId = :accountId', values: { accountId } })
    expect(await table.delete('d', owner('other'))).toBe(false)
    expect(await table.delete('d', owner('mine'))).toBe(true)
    expect(await table.delete('never')).toBe(true)
  })

  it('Table.getMany reads 250 keys, with duplicates once and without missing rows', async () => {
    const table = dynamo.table('messages')
    const keys = Array.from({ length: 250 }, (_, i) => `m${i}`)
    await Promise.all(keys.map((messageId) => table.put({ messageId })))
    const rows = await table.getMany([...keys, 'm0', 'missing'])
    expect(rows.map((row) => row.messageId).sort()).toEqual([...keys].sort())
  })

  it('Table.query reads an index by range, in both directions and in pages', async () => {
    const table = dynamo.table('runs')
    for (const minute of [1, 2, 3, 4, 5])
      await table.put({ runId: `r${minute}`, accountId: 'a', askedAt: `2026-01-01T00:0${minute}:00.000Z` })
    const query = { index: 'by-account', partition: ['accountId', 'a'] } as const
    const ids = (rows: Record<string, unknown>[]) => rows.map((row) => row.runId)

    const range = { key: 'askedAt', from: '2026-01-01T00:02:00.000Z', to: '2026-01-01T00:04:00.000Z' }
    expect(ids((await table.query({ ...query, sort: range })).rows)).toEqual(['r2', 'r3', 'r4'])
    expect(ids((await table.query({ ...query, sort: { key: 'askedAt', to: range.from } })).rows)).toEqual(['r1', 'r2'])

    const newest = await table.query({ ...query, descending: true, limit: 2 })
    expect(ids(newest.rows)).toEqual(['r5', 'r4'])
    const pages: unknown[][] = []
    for await (const rows of table.pages({ ...query, limit: 2 })) pages.push(ids(rows))
    expect(pages.flat()).toEqual(['r1', 'r2', 'r3', 'r4', 'r5'])
    expect(pages.length).toBeGreaterThan(2)
  })
})

describe('table definitions', () => {
  it('bucketOf spreads keys over every bucket', () => {
    const hit = new Set(Array.from({ length: 1000 }, (_, i) => bucketOf(`account-${i}`)))
    expect(hit.size).toBe(bucketCount)
  })
})
