import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changeOf, UnwritableRow } from '../../../lib/tables/items.ts'
import { Table } from '../../../lib/tables/table.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { ownNames } from '../../support/own-names.ts'

let dynamo: TestTables
beforeAll(async () => {
  dynamo = await startTables()
})
afterAll(() => dynamo.stop())

/** `__proto__` is the one name that the SDK cannot carry. No attribute of a row may have it. */
const names = ownNames.filter((name) => name !== '__proto__')

describe('table rows', () => {
  it.each(names)('a table row keeps a member named %s, at any depth, in every operation', async (name) => {
    const table = dynamo.table('messages')
    const nested = { [name]: 'text', list: [{ [name]: { [name]: 1 } }], empty: {}, none: null }
    await table.put({ messageId: name, [name]: 'top', nested })
    const expected = { messageId: name, [name]: 'top', nested }
    expect(await table.get(name)).toEqual(expected)
    expect(await table.getMany([name])).toEqual([expected])
    await table.update(name, { text: 'SET #nested = :nested', values: { nested: { [name]: nested } } })
    expect(await table.get(name)).toEqual({ ...expected, nested: { [name]: nested } })
    await table.putMany([{ messageId: `${name}-many`, nested }])
    expect(await table.get(`${name}-many`)).toEqual({ messageId: `${name}-many`, nested })
  })

  it('a change of a table row sets and removes attributes and members of maps, and leaves the others', async () => {
    const table = dynamo.table('messages')
    await table.put({ messageId: 'changed', a: 1, b: 2, c: 3, map: { a: 1, b: 2, c: 3 } })
    const change = changeOf({ a: 4, b: undefined, d: { b: 5 }, 'map.a': 4, 'map.b': undefined })
    expect(await table.update('changed', change)).toBe(true)
    expect(await table.get('changed')).toEqual({ messageId: 'changed', a: 4, c: 3, d: { b: 5 }, map: { a: 4, c: 3 } })
    await table.update('changed', changeOf({ a: undefined }))
    await table.update('changed', changeOf({ 'map.d': 'x' }))
    expect(await table.get('changed')).toEqual({ messageId: 'changed', c: 3, d: { b: 5 }, map: { a: 4, c: 3, d: 'x' } })
    expect(changeOf({}).text).toBe('')
  })

  it.each([
    ['is larger than 400 KB', { messageId: 'a', text: 'x'.repeat(410 * 1024) }, 'too-large'],
    ['has an empty key', { messageId: '' }, 'refused'],
    ['has a key that is too long', { messageId: 'x'.repeat(2_049) }, 'refused'],
    ['contains NaN', { messageId: 'a', size: Number.NaN }, 'not-convertible'],
    ['contains a number beyond the safe range', { messageId: 'a', size: 2 ** 60 }, 'not-convertible'],
    ['contains an unsupported type of value', { messageId: 'a', when: new Date(0) }, 'not-convertible'],
  ])('a table row that %s is refused as unwritable, not reported as a failure of the table', async (_, row, reason) => {
    const table = dynamo.table('messages')
    const refused = await table.put(row).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(UnwritableRow)
    expect(refused).toMatchObject({ code: reason })
    // Messages of AWS and its client must not be quoted, because they may contain parts of the row.
    expect(String(refused)).not.toContain('xxx')
  })

  it('a table row that would become too large by an update is also refused as unwritable', async () => {
    const table = dynamo.table('messages')
    await table.put({ messageId: 'growing' })
    const change = { text: 'SET #text = :text', values: { text: 'x'.repeat(410 * 1024) } }
    await expect(table.update('growing', change)).rejects.toBeInstanceOf(UnwritableRow)
    await expect(
      table.update('growing', { text: 'SET #n = :n', values: { n: Number.POSITIVE_INFINITY } }),
    ).rejects.toBeInstanceOf(UnwritableRow)
  })

  it('a write of a table row to a missing table fails as an error of the table', async () => {
    const { client } = dynamo
    const missing = new Table(client, 'no-such-table', { partitionKey: 'messageId' })
    const failure = await missing.put({ messageId: 'a' }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Error)
    expect(failure).not.toBeInstanceOf(UnwritableRow)
  })
})
