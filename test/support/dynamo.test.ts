import { expect, test } from 'vitest'
import { tables as definitions, type TableName } from '../../lib/tables/tables.ts'
import { startTables } from './dynamo.ts'

const names = Object.keys(definitions) as TableName[]

test('the test table server never closes an idle connection', async () => {
  const tables = await startTables()
  try {
    const { protocol, hostname, port } = (await tables.client.config.endpoint?.()) ?? {}
    const answer = await fetch(`${protocol}//${hostname}:${port}/`)
    await answer.text()
    // A server that closes idle connections announces this with `Keep-Alive: timeout=5`.
    expect(answer.headers.get('keep-alive')).toBeNull()
  } finally {
    await tables.stop()
  }
})

test('test tables and their indexes are ready when startTables resolves, however long dynalite takes to create them', async () => {
  const tables = await startTables({ createTableMs: 300 })
  try {
    const queries = names.flatMap((name) =>
      Object.entries<{ partitionKey: string }>(definitions[name].indexes).map(([index, { partitionKey }]) =>
        tables.table(name).query({ index, partition: [partitionKey, 'x'] }),
      ),
    )
    const pages = await Promise.all(queries)
    expect(pages.flatMap(({ rows }) => rows)).toEqual([])
    for (const name of names) {
      const key = 'sortKey' in definitions[name] ? (['x', 'x'] as const) : 'x'
      expect(await tables.table(name).get(key), name).toBeUndefined()
    }
  } finally {
    await tables.stop()
  }
})

test('test tables answer the requests in progress before they stop', async () => {
  const tables = await startTables()
  const table = tables.table('runs')
  const rows = Array.from({ length: 200 }, (_, i) => ({ runId: `run-${i}`, accountId: 'a', askedAt: `${i}` }))
  await table.putMany(rows)
  const queries = Array.from({ length: 20 }, () => table.query({ index: 'by-account', partition: ['accountId', 'a'] }))
  // At this point, the other requests have arrived.
  await Promise.race(queries)
  const answers = await Promise.allSettled([...queries, tables.stop()])
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['fulfilled']))
})
