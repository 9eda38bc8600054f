import { expect, test } from 'vitest'
import { AuditReader } from '../../lib/audit/audit-reader.ts'
import type { Intention } from '../../lib/audit/audit-trail.ts'
import { actor } from './actor.ts'
import { auditTrailOver } from './audit.ts'
import { startTables } from './dynamo.ts'

test('the test audit trail keeps the order of entries while the test’s clock stands still or runs backwards', async () => {
  const tables = await startTables()
  try {
    let now = new Date('2026-03-02T08:00:00.000Z')
    const trail = auditTrailOver(tables, () => now)
    const record = async (name: string) => {
      const intention: Intention = { by: actor('anna'), action: 'change', subject: '/x', name }
      await trail.record(intention, () => Promise.resolve(true), Boolean)
    }
    const names = Array.from({ length: 25 }, (_, i) => `change ${i}`)
    for (const name of names) await record(name)
    now = new Date('2026-03-02T07:59:00.000Z')
    await record('earlier')
    const { entries } = await new AuditReader(tables.table('audit')).list({ limit: 100 })
    expect(entries.map(({ name }) => name)).toEqual([...names.toReversed(), 'earlier'])
    expect(entries.at(-2)?.at).toBe('2026-03-02T08:00:00.000Z')
    const ids = entries.slice(0, -1).map(({ entryId }) => entryId)
    expect(ids.toSorted()).toEqual(ids.toReversed())
  } finally {
    await tables.stop()
  }
})
