import type { Actor } from '../audit/actor.ts'
import { type Intention, whoOf } from '../audit/audit-entry.ts'
import { fieldChanges } from '../audit/field-changes.ts'
import { versionedIntention } from '../changes/versioned-intention.ts'
import type { Queue, SystemAddress } from './queue.ts'

type Action = 'create' | 'change' | 'delete'

/** The audit entry for a change of a queue. */
export const queueIntention = (
  action: Action,
  by: Actor,
  before: Queue | undefined,
  after: Queue | undefined,
): Intention =>
  versionedIntention({
    action,
    by,
    before,
    after,
    named: ({ queueId, name }) => [`/queues/${queueId}`, name],
  })

/** The audit entry for a change of a system address. */
export const addressIntention = (
  action: Action,
  by: Actor,
  before: SystemAddress | undefined,
  after: SystemAddress | undefined,
): Intention =>
  versionedIntention({
    action,
    by,
    before,
    after,
    named: ({ address }) => [`/system-addresses/${encodeURIComponent(address)}`, address],
  })

/** The audit entry for a change of the default queue. */
export const defaultQueueIntention = (by: Actor, from: string, to: string): Intention => ({
  ...whoOf(by),
  action: 'change',
  subject: '/default-queue',
  name: 'default queue',
  changes: fieldChanges({ queueId: from }, { queueId: to }),
})
