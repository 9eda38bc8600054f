import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HttpHandler } from '../../../functions/shared/http/http-function.ts'
import { AccountStore } from '../../../lib/accounts/store/account-store.ts'
import type { Run } from '../../../lib/runs/run.ts'
import { RunStore } from '../../../lib/runs/run-store.ts'
import { account } from '../../support/account-rows.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { functionEnvironment } from '../../support/function-environment.ts'
import { callHttp, readerClaims } from '../../support/http-event.ts'

let tables: TestTables
let handler: HttpHandler
const day = 86_400_000
const noon = Math.floor(Date.now() / day) * day - day / 2
/** @returns a time around noon, this number of days before yesterday */
const at = (daysAgo: number, minutes = 0) => new Date(noon - daysAgo * day + minutes * 60_000).toISOString()

/** Newest first, which is the order of every list. */
const rows: ReadonlyArray<readonly [runId: string, daysAgo: number, changes: Partial<Run>]> = [
  ['r9', 0, { trigger: 'request', askedBy: 'anna' }],
  ['r8', 1, { state: 'failed' }],
  ['r7', 1, { accountId: 'b' }],
  ['r6', 3, { accountId: 'b', state: 'failed', trigger: 'request' }],
  ['r5', 8, { state: 'crashed' }],
  ['r4', 20, { accountId: 'gone', state: 'failed' }],
  ['r3', 30, { state: 'failed' }],
]

beforeAll(async () => {
  tables = await startTables()
  Object.assign(
    process.env,
    await functionEnvironment(tables, { FETCH_QUEUE_URL: 'http://127.0.0.1:1/000000000000/fetch.fifo' }),
  )
  handler = (await import('../../../functions/runs/index.ts')).handler
  const accounts = new AccountStore(tables.table('accounts'))
  for (const accountId of ['a', 'b']) await accounts.create(account({ accountId }))
  const store = new RunStore(tables.table('runs'))
  for (const [index, [runId, daysAgo, changes]] of rows.entries()) {
    const askedAt = at(daysAgo, -index)
    const { accountId = 'a', trigger = 'schedule', askedBy = 'schedule', state = 'done' } = changes
    await store.ask({ runId, accountId, trigger, askedAt, askedBy, slot: undefined })
    const run = await store.read(runId)
    if (run) await store.save({ ...run, state, endedAt: askedAt })
  }
})
afterAll(() => tables.stop())

const get = async (path: string, query: Record<string, string> = {}) =>
  await callHttp(handler, { method: 'GET', path, query, claims: readerClaims })
const idsOf = async (path: string, query: Record<string, string> = {}): Promise<string[]> => {
  const ids: string[] = []
  let next: string | undefined
  for (let pages = 0; pages < 100; pages += 1) {
    const { status, body } = await get(path, { ...query, ...(next && { next }) })
    expect(status).toBe(200)
    ids.push(...body.items.map(({ runId }: Run) => runId))
    next = body.next
    if (next === undefined) return ids
  }
  throw new Error('The list does not end.')
}

describe('the runs of all accounts', () => {
  const all = rows.map(([runId]) => runId)

  test('GET /runs returns runs newest first across days, for any page size', async () => {
    expect(await idsOf('/runs')).toEqual(all)
    expect(await idsOf('/runs', { limit: '1' })).toEqual(all)
    expect(await idsOf('/runs', { limit: '3' })).toEqual(all)
  })

  test.each<[Record<string, string>, string[]]>([
    [{ state: 'failed' }, ['r8', 'r6', 'r4', 'r3']],
    [{ state: 'failed', limit: '1' }, ['r8', 'r6', 'r4', 'r3']],
    [{ trigger: 'request' }, ['r9', 'r6']],
    [{ trigger: 'request', state: 'failed' }, ['r6']],
    [{ state: 'lost' }, []],
    [{ accountId: 'b' }, ['r7', 'r6']],
    [{ accountId: 'gone' }, ['r4']],
    [{ from: at(8, -60) }, ['r9', 'r8', 'r7', 'r6', 'r5']],
    [{ from: at(20, -60), to: at(3) }, ['r6', 'r5', 'r4']],
    [{ from: at(1).slice(0, 10), to: at(1).slice(0, 10) }, ['r8', 'r7']],
    [{ from: at(1), to: at(3) }, []],
    [{ from: '1999-01-01', to: '9999-12-31' }, all],
  ])('GET /runs filters by %o', async (query, expected) => {
    expect(await idsOf('/runs', query)).toEqual(expected)
  })

  test('GET /runs returns the names of accounts that still exist', async () => {
    const { body } = await get('/runs', { state: 'failed' })
    expect(body.items.map(({ accountUsername }: { accountUsername?: string }) => accountUsername)).toEqual([
      'desk-a',
      'desk-b',
      undefined,
      'desk-a',
    ])
  })

  test('GET /accounts/{accountId}/runs has the same filters', async () => {
    expect(await idsOf('/accounts/a/runs', { state: 'failed', limit: '1' })).toEqual(['r8', 'r3'])
    expect(await idsOf('/accounts/a/runs', { trigger: 'schedule', from: at(10) })).toEqual(['r8', 'r5'])
  })

  test('lists of runs reject a token from another list and unknown filter values', async () => {
    const ofAll = (await get('/runs', { limit: '1' })).body.next
    const ofOne = (await get('/accounts/a/runs', { limit: '1' })).body.next
    for (const [path, query] of [
      ['/accounts/a/runs', { next: ofAll }],
      ['/runs', { next: ofOne }],
      ['/runs', { next: ofAll, from: at(3), to: at(2) }],
      ['/runs', { state: 'dancing' }],
      ['/runs', { from: 'yesterday' }],
      ['/runs', { from: '9999-12-31T23:59:59-12:00' }],
      ['/accounts/a/runs', { accountId: 'b' }],
    ] as const) {
      const { status, body } = await get(path, query)
      expect([path, query, status, body.code]).toEqual([path, query, 400, 'invalid-request'])
    }
  })
})

test('a filtered list of runs reads a limited number of rows and returns where to continue', async () => {
  const store = new RunStore(tables.table('runs'))
  await store.askMany(
    Array.from({ length: 600 }, (_, index) => ({
      runId: `many-${String(index).padStart(3, '0')}`,
      accountId: 'many',
      trigger: 'schedule' as const,
      slot: undefined,
      askedAt: at(0, 10),
      askedBy: 'schedule',
    })),
  )
  const first = await get('/accounts/many/runs', { state: 'failed' })
  expect(first.body.items).toEqual([])
  expect(typeof first.body.next).toBe('string')
  const second = await get('/accounts/many/runs', { state: 'failed', next: first.body.next })
  expect(second.body).toEqual({ items: [] })
})
