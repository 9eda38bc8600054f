import { NamedRows } from '../tables/named-rows.ts'
import type { Table } from '../tables/table.ts'
import type { Clock } from '../text/clock.ts'
import { builtInQueue, type Queue, queueSchema } from './queue.ts'
import { queueKey, queueKind } from './queue-rows.ts'

/** The built-in queue as returned by the store. It has no row, so its dates have no meaning. */
export const builtInQueueRecord: Queue = {
  ...builtInQueue,
  validity: 'valid',
  comment: '',
  version: 1,
  createdAt: '1970-01-01T00:00:00.000Z',
  createdBy: 'postmaster',
  changedAt: '1970-01-01T00:00:00.000Z',
  changedBy: 'postmaster',
}

const queues = {
  kind: queueKind,
  called: 'A queue',
  schema: queueSchema,
  idOf: ({ queueId }: Queue) => queueId,
  idName: 'queueId',
  reserved: builtInQueue.name,
}

/** Stores queues. The built-in queue can be read, but it is not in any list and cannot be written. */
export class QueueStore extends NamedRows<Queue> {
  constructor(table: Table, now?: Clock) {
    super(table, queues, now)
  }

  override async read(queueId: string): Promise<Queue | undefined> {
    return queueId === builtInQueue.queueId ? builtInQueueRecord : await super.read(queueId)
  }

  /**
   * @returns the queues in no particular order, without missing ones
   * @throws ZodError if a queue cannot be read, because it is not missing
   */
  override async readMany(queueIds: readonly string[]): Promise<Queue[]> {
    const wanted = new Set(queueIds)
    const builtIn = wanted.delete(builtInQueue.queueId) ? [builtInQueueRecord] : []
    const rows = await this.table.getMany([...wanted].map(queueKey))
    return [...builtIn, ...rows.map((row) => queueSchema.parse(row))]
  }
}
