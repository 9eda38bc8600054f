import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { attributesOf, rowFormat } from '../../../lib/tables/row-format.ts'
import type { Row } from '../../../lib/tables/table.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'

let tables: TestTables
beforeAll(async () => {
  tables = await startTables()
})
afterAll(async () => await tables.stop())

const later = { fromTheFuture: 'kept' }

/** Writes an account's row as a later version does. */
const writeLater = async (row: Row): Promise<void> => {
  const Item = marshall({ ...row, format: rowFormat + 1 })
  await tables.client.send(new PutItemCommand({ TableName: tables.tableName('accounts'), Item }))
}

describe('Table.replace', () => {
  it('a replaced row loses what this version removed, and keeps what a later version added', async () => {
    const table = tables.table('accounts')
    await table.put({ accountId: 'a', version: 1, comment: 'old', queueId: 'q', ...later })
    const known = ['version', 'comment', 'folder']
    expect(await table.replace({ accountId: 'a', version: 2, folder: 'INBOX' }, known)).toBe(true)
    expect(await table.get('a')).toEqual({ accountId: 'a', version: 2, folder: 'INBOX', ...later })
  })

  it('a condition may have a value with the name of an attribute', async () => {
    const table = tables.table('runs')
    await table.put({ runId: 'r', parts: 1 })
    const inPart = (parts: number) => ({ text: '#parts = :parts', values: { parts } })
    expect(await table.replace({ runId: 'r', parts: 2 }, ['parts'], inPart(1))).toBe(true)
    expect(await table.replace({ runId: 'r', parts: 3 }, ['parts'], inPart(1))).toBe(false)
    expect(await table.get('r')).toEqual({ runId: 'r', parts: 2 })
  })

  it('a missing row is created, also in a table with a sort key', async () => {
    const table = tables.table('overview')
    expect(await table.replace({ key: 'k', item: 'i', stored: 1 }, ['stored'])).toBe(true)
    expect(await table.get(['k', 'i'])).toEqual({ key: 'k', item: 'i', stored: 1 })
  })
})

describe('a row in the format of a later version', () => {
  it('lists leave it out and report it, but a sweep still sees that it exists', async () => {
    const unreadable: string[] = []
    const table = tables.table('accounts', { onUnreadable: (key) => unreadable.push(key) })
    const schema = z.object({ accountId: z.string(), version: z.int() })
    await table.put({ accountId: 'now', version: 1 })
    await writeLater({ accountId: 'later', version: 1 })
    const rows = await table.getMany(['now', 'later'])
    expect(rows.map(({ accountId }) => accountId).sort()).toEqual(['later', 'now'])
    expect(table.readable(rows, schema)).toEqual([{ accountId: 'now', version: 1 }])
    expect(unreadable).toEqual(['later'])
  })

  it('an update keeps the format of a row that has one', async () => {
    const table = tables.table('accounts')
    await writeLater({ accountId: 'updated' })
    await table.update('updated', { text: 'SET #comment = :comment', values: { comment: 'c' } })
    await expect(table.get('updated')).rejects.toMatchObject({ code: 'row-too-new' })
  })
})

describe('attributesOf', () => {
  it('the attributes of a schema are those of all its variants', () => {
    const variants = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('a'), a: z.string() }),
      z.object({ kind: z.literal('b'), b: z.string() }),
    ])
    expect(attributesOf(variants).sort()).toEqual(['a', 'b', 'kind'])
    expect(attributesOf(z.object({ a: z.string() }).transform(({ a }) => a))).toEqual(['a'])
    expect(() => attributesOf(z.string())).toThrow(/schema of objects/)
  })
})
