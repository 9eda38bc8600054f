import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AuditReader } from '../../../lib/audit/audit-reader.ts'
import { AuditTrail, type Intention } from '../../../lib/audit/audit-trail.ts'
import { ProblemError } from '../../../lib/reasons/problem.ts'
import { actor } from '../../support/actor.ts'
import { recordChange } from '../../support/audit.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'

let tables: TestTables
beforeAll(async () => {
  tables = await startTables()
})
afterAll(() => tables.stop())

let entries = 0
const now = new Date('2026-03-02T08:00:00.000Z')
const unsettled: string[] = []
const options = {
  now: () => now,
  newId: () => {
    entries += 1
    return `entry-${String(entries).padStart(4, '0')}`
  },
  onUnsettled: (entryId: string) => {
    unsettled.push(entryId)
  },
}
const intention = (subject: string): Intention => ({ by: actor('anna'), action: 'change', subject, name: 'x' })
const trail = () => new AuditTrail(tables.table('audit'), options)
const outcomesOf = async (subject: string) => {
  const { entries } = await new AuditReader(tables.table('audit')).list({ subject, limit: 100 })
  return entries.map(({ outcome }) => outcome)
}

describe('the audit trail', () => {
  it('the audit trail writes an entry before the change and settles it afterwards', async () => {
    const during = await trail().record(intention('/a'), () => outcomesOf('/a'), Boolean)
    expect(during).toEqual(['unconfirmed'])
    expect(await outcomesOf('/a')).toEqual(['made'])
  })

  it('the audit trail makes no change if the entry cannot be written', async () => {
    const full = { put: () => Promise.reject(new Error('throttled')), update: () => Promise.resolve(true) }
    let made = false
    const change = async () => {
      made = true
      return true
    }
    await expect(new AuditTrail(full, options).record(intention('/b'), change, Boolean)).rejects.toThrow('throttled')
    expect(made).toBe(false)
  })

  it('the audit trail records an overtaken or rejected change as not made', async () => {
    expect(await trail().record(intention('/c'), () => Promise.resolve(false), Boolean)).toBe(false)
    const refuse = () => Promise.reject(new ProblemError('name-taken', 'x'))
    await expect(trail().record(intention('/c'), refuse, Boolean)).rejects.toMatchObject({ code: 'name-taken' })
    expect(await outcomesOf('/c')).toEqual(['not-made', 'not-made'])
  })

  it('the audit trail leaves an entry unconfirmed if the response to the change is lost', async () => {
    const lost = () => Promise.reject(new Error('socket hang up'))
    await expect(trail().record(intention('/d'), lost, Boolean)).rejects.toThrow('socket hang up')
    expect(await outcomesOf('/d')).toEqual(['unconfirmed'])
  })

  it('the audit trail returns the result of a change and reports its entry if the entry cannot be settled', async () => {
    const real = tables.table('audit')
    const forgetful = { put: real.put.bind(real), update: () => Promise.reject(new Error('throttled')) }
    const made = await new AuditTrail(forgetful, options).record(intention('/e'), () => Promise.resolve(true), Boolean)
    expect(made).toBe(true)
    expect(await outcomesOf('/e')).toEqual(['unconfirmed'])
    expect(unsettled).toEqual([`entry-${String(entries).padStart(4, '0')}`])
  })

  it('audit entries can be settled only once and are never overwritten', async () => {
    const fixed = new AuditTrail(tables.table('audit'), { ...options, newId: () => 'fixed' })
    const outcome = { text: 'SET #outcome = :settled', values: { settled: 'not-made' } }
    const settledElsewhere = () => tables.table('audit').update('fixed', outcome)
    await fixed.record(intention('/f'), settledElsewhere, Boolean)
    expect(unsettled.at(-1)).toBe('fixed')
    await expect(fixed.record(intention('/f'), () => Promise.resolve(true), Boolean)).rejects.toThrow('already exists')
    expect(await outcomesOf('/f')).toEqual(['not-made'])
  })

  it('audit entries are kept for 400 days', async () => {
    const row = await tables.table('audit').get('fixed')
    expect(row?.expiresAt).toBe(Date.parse('2027-04-06T08:00:00.000Z') / 1000)
  })
})

describe('lists of audit entries', () => {
  it('a list of audit entries continues after each page, and skips and reports unreadable rows', async () => {
    for (let i = 0; i < 7; i += 1)
      await recordChange(tables, {
        ...intention('/g'),
        by: { name: i % 2 ? 'odd' : 'even' },
        entryId: `g${i}`,
        at: new Date(now.getTime() + i * 1000).toISOString(),
      })
    await tables
      .table('audit')
      .put({ entryId: 'bad', subject: '/g', who: 'even', listing: 'audit', at: '2026-03-02T08:00:02.500Z' })
    const unreadable: string[] = []
    const reader = new AuditReader(tables.table('audit', { onUnreadable: (key) => unreadable.push(key) }))
    const walk = async (query: { subject?: string; who?: string; from?: string; to?: string }, limit: number) => {
      const found: string[] = []
      let cursor: Awaited<ReturnType<typeof reader.list>>['next']
      do {
        const page = await reader.list({ ...query, limit, cursor })
        found.push(...page.entries.map(({ entryId }) => entryId))
        cursor = page.next
      } while (cursor)
      return found
    }
    for (const limit of [1, 2, 3, 7, 100]) {
      expect(await walk({ subject: '/g' }, limit)).toEqual(['g6', 'g5', 'g4', 'g3', 'g2', 'g1', 'g0'])
      expect(await walk({ subject: '/g', who: 'odd' }, limit)).toEqual(['g5', 'g3', 'g1'])
      expect(await walk({ who: 'even' }, limit)).toEqual(['g6', 'g4', 'g2', 'g0'])
    }
    const range = { from: '2026-03-02T08:00:02.000Z', to: '2026-03-02T08:00:04.000Z' }
    expect(await walk({ ...range }, 2)).toEqual(['g4', 'g3', 'g2'])
    expect(new Set(unreadable)).toEqual(new Set(['bad']))
  })
})
