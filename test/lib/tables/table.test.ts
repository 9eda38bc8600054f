import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bucketCount, bucketOf } from '../../../lib/tables/tables.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { recordCalls } from '../../support/recorded-calls.ts'

let dynamo: TestTables
beforeAll(async () => {
  dynamo = await startTables()
})
afterAll(() => dynamo.stop())

describe('Table', () => {
  it('reads back what it put, and nothing for an unknown key', async () => {
    const table = dynamo.table('accounts')
    expect(await table.put({ accountId: 'a', nested: { list: [1, 'zwei'] }, gone: undefined })).toBe(true)
    expect(await table.get('a')).toEqual({ accountId: 'a', nested: { list: [1, 'zwei'] } })
    expect(await table.get('unknown')).toBeUndefined()
  })

  it('resolves a put to false when its condition does not hold, and changes nothing', async () => {
    const table = dynamo.table('mailboxClaims')
    const absent = { text: 'attribute_not_exists(#mailbox)' }
    expect(await table.put({ mailbox: 'm', accountId: 'first' }, absent)).toBe(true)
    expect(await table.put({ mailbox: 'm', accountId: 'second' }, absent)).toBe(false)
    expect(await table.get('m')).toEqual({ mailbox: 'm', accountId: 'first' })
  })

  it('updates under a condition, and resolves to whether it held', async () => {
    const table = dynamo.table('accountStatus')
    await table.put({ accountId: 'a', lastSlot: '1' })
    const change = { text: 'SET #lastSlot = :slot REMOVE #dueBucket', values: { slot: '2' } }
    const newer = { text: '#lastSlot < :slot', values: { slot: '2' } }
    expect(await table.update('a', change, newer)).toBe(true)
    expect(await table.get('a')).toEqual({ accountId: 'a', lastSlot: '2' })
    expect(await table.update('a', change, newer)).toBe(false)
  })

  it('never asks a write for the values of a row, neither of one written nor of one that fails its condition', async () => {
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

  it('deletes under a condition; a row that is not there is no error', async () => {
    const table = dynamo.table('mailboxClaims')
    await table.put({ mailbox: 'd', accountId: 'mine' })
    const owner = (accountId: string) => ({ text: '#accountId = :accountId', values: { accountId } })
    expect(await table.delete('d', owner('other'))).toBe(false)
    expect(await table.delete('d', owner('mine'))).toBe(true)
    expect(await table.delete('never')).toBe(true)
  })

  it('reads 250 keys, doubled ones once and missing ones left out', async () => {
    const table = dynamo.table('messages')
    const keys = Array.from({ length: 250 }, (_, i) => `m${i}`)
    await Promise.all(keys.map((messageId) => table.put({ messageId })))
    const rows = await table.getMany([...keys, 'm0', 'missing'])
    expect(rows.map((row) => row.messageId).sort()).toEqual([...keys].sort())
  })

  it('queries an index by range, both directions and page by page', async () => {
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

describe('tables', () => {
  it('spread keys over every bucket', () => {
    const hit = new Set(Array.from({ length: 1000 }, (_, i) => bucketOf(`account-${i}`)))
    expect(hit.size).toBe(bucketCount)
  })
})
