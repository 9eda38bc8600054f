import type { Intention } from '../audit/audit-entry.ts'
import { type AuditedFields, fieldChanges } from '../audit/field-changes.ts'
import type { Queue, SystemAddress } from './queue.ts'

type Action = 'create' | 'change' | 'delete'
type Versioned = AuditedFields & { readonly version: number }

/** What the audit trail is told of a change of a queue. */
export const queueIntention = (
  action: Action,
  who: string,
  before: Queue | undefined,
  after: Queue | undefined,
): Intention => intention(action, who, before, after, ({ queueId, name }) => [`/queues/${queueId}`, name])

/** What the audit trail is told of a change of a system address. */
export const addressIntention = (
  action: Action,
  who: string,
  before: SystemAddress | undefined,
  after: SystemAddress | undefined,
): Intention =>
  intention(action, who, before, after, ({ address }) => [`/system-addresses/${encodeURIComponent(address)}`, address])

/** What the audit trail is told when another queue becomes the default. */
export const defaultQueueIntention = (who: string, from: string, to: string): Intention => ({
  who,
  action: 'change',
  subject: '/default-queue',
  name: 'default queue',
  changes: fieldChanges({ queueId: from }, { queueId: to }),
})

const intention = <Thing extends Versioned>(
  action: Action,
  who: string,
  before: Thing | undefined,
  after: Thing | undefined,
  named: (thing: Thing) => readonly [subject: string, name: string],
): Intention => {
  const thing = after ?? before
  if (!thing) throw new Error('A change is of something')
  const [subject, name] = named(thing)
  const changes = fieldChanges(before && settingsOf(before), after && settingsOf(after))
  return { who, action, subject, name, version: thing.version, changes }
}

/** Without what follows from the change itself. */
const settingsOf = (thing: Versioned): AuditedFields => {
  const {
    version: _version,
    createdAt: _at,
    createdBy: _by,
    changedAt: _changedAt,
    changedBy: _changedBy,
    ...rest
  } = thing
  return rest
}
