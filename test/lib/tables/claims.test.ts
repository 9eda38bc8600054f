import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Claims } from '../../../lib/tables/claims.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'

let tables: TestTables
let claims: Claims
/** The value that each row has. */
const rows = new Map<string, string>()
beforeAll(async () => {
  tables = await startTables()
  claims = new Claims(tables.table('mailboxClaims'), { key: 'mailbox', holder: 'accountId' })
})
beforeEach(() => rows.clear())
afterAll(() => tables.stop())

const began = Date.parse('2026-11-23T10:00:00.000Z')
const take = async (key: string, holder: string, seconds = 0) =>
  await claims.take(key, holder, new Date(began + seconds * 1000), async (id) =>
    rows.get(id) === key ? { id } : undefined,
  )
const claimOf = async (key: string, holder: string, seconds = 0) => {
  const taken = await take(key, holder, seconds)
  if ('rival' in taken) throw new Error(`${key} is taken`)
  return taken.claim
}
const put = (row: Record<string, unknown>) => tables.table('mailboxClaims').put(row)

describe('Claims', () => {
  it('Claims gives a free value to the first holder, and names the row that has it to others', async () => {
    await claimOf('free', 'a')
    rows.set('a', 'free')
    expect(await take('free', 'b', 3600)).toEqual({ rival: { owner: { id: 'a' } } })
    expect(await claims.read('free')).toMatchObject({ key: 'free', holder: 'a' })
  })

  it('Claims protects a claim without its row for a minute, and then lets another holder take it over', async () => {
    await claimOf('unwritten', 'a')
    expect(await take('unwritten', 'b', 59)).toEqual({ rival: { savingId: 'a' } })
    expect(await claimOf('unwritten', 'b', 60)).toMatchObject({ holder: 'b' })
  })

  it('Claims gives a left-over value to exactly one of several holders at once', async () => {
    await claimOf('left-over', 'a')
    const taken = await Promise.all(['b', 'c', 'd', 'e'].map((holder) => take('left-over', holder, 61)))
    expect(taken.filter((one) => 'claim' in one)).toHaveLength(1)
  })

  it('Claims releases a claim only if it has not been taken again, even by the same holder in the same millisecond', async () => {
    const first = await claimOf('again', 'a')
    const second = await claimOf('again', 'a')
    await claims.release(first)
    expect(await claims.read('again')).toEqual(second)
    await claims.release(second)
    expect(await claims.read('again')).toBeUndefined()
  })

  it('Claims takes over and releases claims that an earlier version wrote without a token', async () => {
    const earlier = { accountId: 'a', version: 7, claimedAt: new Date(began).toISOString() }
    await put({ mailbox: 'earlier', ...earlier })
    const read = await claims.read('earlier')
    if (!read) throw new Error('the claim is gone')
    await claimOf('earlier', 'b', 61)
    await claims.release(read)
    expect(await claims.read('earlier')).toMatchObject({ holder: 'b' })

    await put({ mailbox: 'earlier', ...earlier })
    await claims.release(read)
    expect(await claims.read('earlier')).toBeUndefined()
  })

  it('Claims reads several claims at once, without the free values', async () => {
    await claimOf('one', 'a')
    await claimOf('two', 'b')
    const found = await claims.readMany(['one', 'two', 'three'])
    expect(found.map(({ key, holder }) => `${key} ${holder}`).sort()).toEqual(['one a', 'two b'])
  })
})
