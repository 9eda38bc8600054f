import { monotonicFactory } from 'ulid'
import { AuditTrail, type Intention } from '../../lib/audit/audit-trail.ts'
import type { Clock } from '../../lib/text/clock.ts'
import type { TestTables } from './dynamo.ts'

/**
 * The audit trail over test tables. Each entry has a different time even if the test's clock stands still, because the
 * order of entries with the same time is arbitrary. An entry that cannot be settled fails the test that waits for it.
 * @param now the test's clock: an entry takes this time, or the next millisecond that no earlier entry has
 */
export const auditTrailOver = (tables: TestTables, now: Clock = () => new Date()): AuditTrail => {
  const taken = new Set<number>()
  const nextFree = (): Date => {
    let time = now().getTime()
    while (taken.has(time)) time += 1
    taken.add(time)
    return new Date(time)
  }
  const newId = monotonicFactory()
  return new AuditTrail(tables.table('audit'), {
    now: nextFree,
    newId: () => newId(now().getTime()),
    onUnsettled: (entryId) => {
      throw new Error(`The audit entry ${entryId} stays unconfirmed`)
    },
  })
}

/** Records a change that was made, with a given time and id. */
export const recordChange = async (
  tables: TestTables,
  { entryId, at, ...intention }: Omit<Intention, 'action'> & { readonly entryId: string; readonly at: string },
): Promise<void> => {
  const onUnsettled = () => {
    throw new Error(`The audit entry ${entryId} stays unconfirmed`)
  }
  const trail = new AuditTrail(tables.table('audit'), { now: () => new Date(at), newId: () => entryId, onUnsettled })
  await trail.record(
    { ...intention, action: 'change' },
    () => Promise.resolve(),
    () => true,
  )
}
