import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AccountStore } from '../../../../lib/accounts/store/account-store.ts'
import { AccountsOfProfile } from '../../../../lib/oauth2/profiles/accounts-of-profile.ts'
import { account } from '../../../support/account-rows.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'

let tables: TestTables
let store: AccountStore
beforeAll(async () => {
  tables = await startTables()
  store = new AccountStore(tables.table('accounts'))
})
afterAll(() => tables.stop())

const idsOf = async (pages: AsyncIterable<string[]>) => {
  const ids: string[] = []
  for await (const page of pages) ids.push(...page)
  return ids
}

describe('AccountStore', () => {
  it('AccountStore returns accounts as they were written, without index attributes', async () => {
    const one = account({ dispatching: { by: 'queue', queueId: 'q' }, customCa: 'PEM' })
    expect(await store.create(one)).toBe(true)
    expect(await store.read(one.accountId)).toEqual(one)
    expect(await store.readMany([one.accountId, 'missing'])).toEqual([one])
    expect(await store.create({ ...one, comment: 'again' })).toBe(false)
  })

  it('AccountStore replaces and removes only the expected version', async () => {
    const one = account()
    await store.create(one)
    expect(await store.replace({ ...one, version: 2, comment: 'new' }, 1)).toBe(true)
    expect(await store.replace({ ...one, version: 2, comment: 'stale' }, 1)).toBe(false)
    expect(await store.remove(one.accountId, 1)).toBe(false)
    expect((await store.read(one.accountId))?.comment).toBe('new')
    expect(await store.remove(one.accountId, 2)).toBe(true)
    expect(await store.replace({ ...one, version: 3 }, 2)).toBe(false)
    expect(await store.read(one.accountId)).toBeUndefined()
  })

  it('AccountStore indexes an account by queue only while a queue is chosen', async () => {
    const one = account({ dispatching: { by: 'queue', queueId: 'sparse' } })
    const inQueue = async () =>
      (await tables.table('accounts').query({ index: 'by-queue', partition: ['queueId', 'sparse'] })).rows.length
    await store.create(one)
    expect(await inQueue()).toBe(1)
    await store.replace({ ...one, version: 2, dispatching: { by: 'to-field' } }, 1)
    expect(await inQueue()).toBe(0)
  })

  it('AccountStore indexes an account by profile only while the account uses the profile', async () => {
    const profile = new AccountsOfProfile(tables.table('accounts'))
    const credential = { method: 'oauth2', profileId: 'of-two' } as const
    const one = account({ credential, username: 'jane', mailbox: 'desk' })
    const two = account({ credential, username: 'joe' })
    await Promise.all([store.create(one), store.create(two), store.create(account())])
    const { accountId, type, host, username, mailbox } = one
    expect(await profile.accountsOf('of-two', 10)).toHaveLength(2)
    expect(await profile.accountsOf('of-two', 10)).toContainEqual({ accountId, type, host, username, mailbox })
    expect(await profile.accountsOf('of-two', 1)).toHaveLength(1)
    await store.replace({ ...two, version: 2, credential: { method: 'password', secretVersion: 'v' } }, 1)
    expect((await profile.accountsOf('of-two', 10)).map((row) => row.username)).toEqual(['jane'])
  })

  it('AccountStore lists the rows that it can parse, and reports the ids of the others', async () => {
    const unreadable: string[] = []
    const own = await startTables()
    const listing = new AccountStore(own.table('accounts', { onUnreadable: (id) => unreadable.push(id) }))
    await listing.create(account({ accountId: 'good', host: 'b.example' }))
    const bad = { accountId: 'bad', listing: 'account', listingKey: 'a', changedAt: '2026-01-01T00:00:00.000Z' }
    await own.table('accounts').put({ ...bad, port: 'secret content' })
    expect((await listing.page({ limit: 10 })).accounts.map(({ accountId }) => accountId)).toEqual(['good'])
    expect((await listing.readMany(['bad', 'good'])).map(({ accountId }) => accountId)).toEqual(['good'])
    expect(unreadable).toEqual(['bad', 'bad'])
    expect(await listing.existing(['bad', 'good', 'gone'])).toEqual(new Set(['bad', 'good']))
    await expect(listing.read('bad')).rejects.toThrow(/port/)
    await own.stop()
  })

  it('AccountStore counts up to the limit', async () => {
    const before = await store.count(10_000)
    await Promise.all([1, 2, 3].map((n) => store.create(account({ changedAt: `2025-01-01T00:00:00.00${n}Z` }))))
    expect(await store.count(10_000)).toBe(before + 3)
    expect(await store.count(1)).toBeGreaterThanOrEqual(1)
  })

  it('AccountStore returns accounts changed at or after a time, the oldest change first, without deleted ones', async () => {
    const at = (second: number) => `2027-01-01T00:00:0${second}.000Z`
    const changed = [3, 1, 2, 4, 0].map((second) => account({ accountId: `changed-${second}`, changedAt: at(second) }))
    await Promise.all(changed.map((one) => store.create(one)))
    await store.remove('changed-2', 1)
    const reader = new AccountStore(tables.table('accounts'))
    expect(await idsOf(reader.changedSince(at(1)))).toEqual(['changed-1', 'changed-3', 'changed-4'])
    expect(await idsOf(reader.changedSince(at(5)))).toEqual([])
  })
})
