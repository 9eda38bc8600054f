import { expect, test } from 'vitest'
import { RunCatalog } from '../../../lib/runs/run-catalog.ts'
import { RunStore } from '../../../lib/runs/run-store.ts'
import { startTables } from '../../support/dynamo.ts'

test('an unreadable run is omitted from lists, and its ID is reported', async () => {
  const tables = await startTables()
  const table = tables.table('runs')
  const store = new RunStore(table)
  const askedAt = '2026-03-01T10:00:00.000Z'
  for (const runId of ['good', 'bad'])
    await store.ask({ runId, accountId: 'a1', trigger: 'request', slot: undefined, askedAt, askedBy: 'anna' })
  await table.update('bad', { text: 'SET #bytes = :bytes', values: { bytes: 'many' } })
  const unreadable: string[] = []
  const reporting = tables.table('runs', { onUnreadable: (runId) => unreadable.push(runId) })
  const catalog = new RunCatalog(reporting, { now: () => new Date('2026-03-01T11:00:00.000Z') })
  expect((await catalog.list({ limit: 10 })).runs.map(({ runId }) => runId)).toEqual(['good'])
  expect((await catalog.openOf('a1')).map(({ runId }) => runId)).toEqual(['good'])
  expect(unreadable).toEqual(['bad', 'bad'])
  await tables.stop()
})
