import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountStatus } from '../../../lib/accounts/account-status.ts'
import { AccountStatusStore, checkAgainAt, dueAt, isScheduled } from '../../../lib/schedule/account-status-store.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'

let tables: TestTables
let store: AccountStatusStore
beforeAll(async () => {
  tables = await startTables()
  store = new AccountStatusStore(tables.table('accountStatus'))
})
afterAll(() => tables.stop())

const at = (minute: number) => `2026-06-01T12:${String(minute).padStart(2, '0')}:00.000Z`
const dueIds = async (until: string): Promise<string[]> => {
  const ids: string[] = []
  for await (const page of store.due(until)) ids.push(...page)
  return ids
}

describe('the due index', () => {
  test('an entry stays as it is while the index shows the account early enough', async () => {
    const due = { accountId: 'a', ...dueAt('a', at(10)) } as AccountStatus
    expect(dueAt('a', at(20), due)).toEqual({ nextFetchAt: at(20) })
    expect(dueAt('a', at(10), due)).toEqual({ nextFetchAt: at(10) })
    expect(dueAt('a', at(5), due)).toEqual(dueAt('a', at(5)))
    expect(dueAt('a', at(20), { accountId: 'a' })).toEqual(dueAt('a', at(20)))
  })

  test('an entry that shows the account too late is moved', async () => {
    const checked = { accountId: 'a', ...checkAgainAt('a', at(40)) } as AccountStatus
    expect(isScheduled(checked)).toBe(false)
    expect(dueAt('a', at(50), checked)).toEqual(dueAt('a', at(50)))
    // A run ended after the account had been switched off, and kept the entry that it knew.
    const late = { ...checked, nextFetchAt: at(10) }
    expect(isScheduled(late)).toBe(false)
    expect(dueAt('a', at(50), late)).toEqual(dueAt('a', at(50)))
  })
})

test('an account that is only checked again later is in the due index but not due for a fetch', async () => {
  await store.ensure('parked', dueAt('parked', at(0)))
  await store.change('parked', checkAgainAt('parked', at(30)))
  expect(await store.read('parked')).not.toHaveProperty('nextFetchAt')
  expect(await dueIds(at(29))).not.toContain('parked')
  expect(await dueIds(at(30))).toContain('parked')
})

describe('what a run remembers for the next one', () => {
  test('a change of the resume keeps all fields that it does not name', async () => {
    await store.ensure('resumed', dueAt('resumed', at(0)))
    await store.change('resumed', { resume: { inFlight: ['1'], suspects: ['2'] } })
    await store.change('resumed', { oldestWaitingAt: at(1), resume: { inFlight: undefined, deaths: { 3: 1 } } })
    const { nextFetchAt, oldestWaitingAt, resume } = (await store.read('resumed')) ?? {}
    expect({ nextFetchAt, oldestWaitingAt }).toEqual({ nextFetchAt: at(0), oldestWaitingAt: at(1) })
    expect(resume).toEqual({ suspects: ['2'], deaths: { 3: 1 } })
  })

  test('concurrent changes of one status keep each other’s fields', async () => {
    await store.ensure('shared')
    await Promise.all([
      store.change('shared', { resume: { inFlight: ['1'] } }),
      store.change('shared', { resume: { removalUnconfirmed: true } }),
      store.change('shared', dueAt('shared', at(5))),
      store.change('shared', { sameMailbox: ['other'] }),
      store.change('shared', { lastSlot: at(0) }),
    ])
    expect(await store.read('shared')).toMatchObject({
      ...dueAt('shared', at(5)),
      sameMailbox: ['other'],
      lastSlot: at(0),
      resume: { inFlight: ['1'], removalUnconfirmed: true },
    })
  })

  test('a change of the resume does not recreate the row of a deleted account', async () => {
    await store.change('never-created', { resume: { inFlight: ['1'] } })
    expect(await store.read('never-created')).toBeUndefined()
  })
})

describe('a row that an earlier version wrote without `resume`', () => {
  test('a row without `resume` accepts what a run remembers, and keeps its other fields', async () => {
    await tables.table('accountStatus').put({ accountId: 'early', lastSlot: at(10) })
    await store.change('early', { resume: { inFlight: ['7'], suspects: undefined }, nextFetchAt: at(20) })
    expect(await store.read('early')).toEqual({
      accountId: 'early',
      lastSlot: at(10),
      nextFetchAt: at(20),
      resume: { inFlight: ['7'] },
    })
  })

  test('a row without `resume` keeps both of two concurrent changes', async () => {
    await tables.table('accountStatus').put({ accountId: 'early-twice' })
    await Promise.all([
      store.change('early-twice', { resume: { inFlight: ['7'] } }),
      store.change('early-twice', { resume: { knownOnServer: true } }),
    ])
    expect((await store.read('early-twice'))?.resume).toEqual({ inFlight: ['7'], knownOnServer: true })
  })

  test('a change of `resume` does not recreate the row of a deleted account', async () => {
    await store.change('never-there', { resume: { inFlight: ['7'] } })
    expect(await store.read('never-there')).toBeUndefined()
  })
})
