import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noCounts, queuedRun, type Run } from '../../../lib/runs/run.ts'
import { endRefusedRun, RunStore } from '../../../lib/runs/run-store.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'

let tables: TestTables
let store: RunStore
beforeAll(async () => {
  tables = await startTables()
  store = new RunStore(tables.table('runs'))
})
afterAll(() => tables.stop())

const asked = (runId: string, more: Partial<Run> = {}) => ({
  runId,
  accountId: 'a1',
  trigger: 'request' as const,
  slot: undefined,
  askedAt: '2026-03-01T10:00:00.000Z',
  askedBy: 'anna',
  ...more,
})
const seconds = (iso: string) => Date.parse(iso) / 1000
const day = 86_400

const openRuns = async (before: string): Promise<string[]> => {
  const ids: string[] = []
  for await (const runs of store.openBefore(before)) ids.push(...runs.map(({ runId }) => runId))
  return ids
}

describe('RunStore', () => {
  test('a requested run is queued and has all counts at zero', async () => {
    expect(await store.ask(asked('ask-1'))).toBe(true)
    expect(await store.read('ask-1')).toEqual({
      runId: 'ask-1',
      accountId: 'a1',
      trigger: 'request',
      askedAt: '2026-03-01T10:00:00.000Z',
      askedBy: 'anna',
      state: 'queued',
      parts: 0,
      counts: noCounts,
      skippedBecause: {},
      storedByQueue: {},
      bytes: 0,
      roundTrips: 0,
      events: [],
    })
    expect(await store.read('never-asked')).toBeUndefined()
  })

  test('only the first of two requests with the same id is accepted, and its row is kept', async () => {
    const slot = '2026-03-01T10:00:00.000Z'
    const twice = await Promise.all([
      store.ask(asked('ask-2', { trigger: 'schedule', slot })),
      store.ask(asked('ask-2', { trigger: 'schedule', slot })),
    ])
    expect(twice.toSorted()).toEqual([false, true])
    const run = await store.read('ask-2')
    expect(run?.slot).toBe(slot)
    if (run) await store.save({ ...run, state: 'running', parts: 1 })
    expect(await store.ask(asked('ask-2'))).toBe(false)
    expect((await store.read('ask-2'))?.state).toBe('running')
  })

  test('the row of a run in progress is created or replaced, but not after the run has ended or in another part', async () => {
    const run = { ...queuedRun(asked('open-row')), state: 'running' as const, parts: 1 }
    expect(await store.saveOpen(run)).toBe(true)
    expect(await store.read('open-row')).toEqual(run)
    expect(await store.saveOpen({ ...run, roundTrips: 3 })).toBe(true)
    expect(await store.saveOpen({ ...run, parts: 2 })).toBe(false)
    expect(await store.read('open-row')).toMatchObject({ parts: 1, roundTrips: 3 })
    await store.save({ ...run, state: 'done' })
    expect(await store.saveOpen(run)).toBe(false)
    expect(await store.read('open-row')).toMatchObject({ state: 'done' })
  })

  test('a run whose job is refused is recorded as failed, unless it has begun or ended', async () => {
    const now = new Date('2026-03-01T10:00:01.000Z')
    const slot = '2026-03-01T10:00:00.000Z'
    const tick = (runId: string) => asked(runId, { trigger: 'schedule', slot })
    await endRefusedRun(store, tick('refused-tick'), now)
    const failed = { state: 'failed', error: { code: 'fetch-queue-refused' }, endedAt: now.toISOString(), slot }
    expect(await store.read('refused-tick')).toMatchObject(failed)
    for (const state of ['running', 'done'] as const) {
      await store.save({ ...queuedRun(tick(`${state}-tick`)), state, parts: 1 })
      await endRefusedRun(store, tick(`${state}-tick`), now)
      expect((await store.read(`${state}-tick`))?.state).toBe(state)
    }
  })

  test('an ended run is no longer open and is kept for 7 days if it is done, otherwise for 31 days', async () => {
    const askedAt = '2026-02-01T10:00:00.000Z'
    const endedAt = '2026-02-01T10:05:00.000Z'
    for (const [runId, state] of [
      ['end-1', 'queued'],
      ['end-2', 'running'],
      ['end-3', 'done'],
      ['end-4', 'failed'],
      ['end-5', 'crashed'],
      ['end-6', 'lost'],
    ] as const) {
      await store.ask(asked(runId, { askedAt }))
      const run = await store.read(runId)
      if (!run) throw new Error('not written')
      const open = state === 'queued' || state === 'running'
      await store.save({ ...run, state, ...(!open && { endedAt }) })
    }
    expect(await openRuns('2026-02-01T11:00:00.000Z')).toEqual(expect.arrayContaining(['end-1', 'end-2']))
    expect(await openRuns('2026-02-01T11:00:00.000Z')).toHaveLength(2)
    const expiry = async (runId: string) => (await tables.table('runs').get(runId))?.expiresAt
    expect(await expiry('end-2')).toBe(seconds(askedAt) + 31 * day)
    expect(await expiry('end-3')).toBe(seconds(endedAt) + 7 * day)
    for (const runId of ['end-4', 'end-5', 'end-6']) expect(await expiry(runId)).toBe(seconds(endedAt) + 31 * day)
  })

  test('open runs are listed if they were requested before the given time, but not at that time', async () => {
    await store.ask(asked('open-1', { askedAt: '2025-01-01T00:00:00.000Z' }))
    await store.ask(asked('open-2', { askedAt: '2025-01-01T00:00:00.001Z' }))
    expect(await openRuns('2025-01-01T00:00:00.001Z')).toEqual(['open-1'])
  })

  test('reading a row that is not a valid run fails', async () => {
    await tables.table('runs').put({ runId: 'odd', accountId: 'a1', state: 'dancing' })
    await expect(store.read('odd')).rejects.toThrow(/state/)
  })
})

test('runs requested in a batch have the same rows as runs requested one by one', async () => {
  await store.ask(asked('one-by-one'))
  await store.askMany([asked('bulk-1'), asked('bulk-2')])
  const single = await tables.table('runs').get('one-by-one')
  for (const runId of ['bulk-1', 'bulk-2']) expect(await tables.table('runs').get(runId)).toEqual({ ...single, runId })
})
