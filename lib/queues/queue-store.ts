import { kindQuery, type ListOptions, type ListPosition, nextOf } from '../tables/list-by-kind.ts'
import { NamedRows, type Replaced } from '../tables/named-rows.ts'
import { attributesOf } from '../tables/row-format.ts'
import type { Table } from '../tables/table.ts'
import type { Clock } from '../text/clock.ts'
import { builtInQueue, type Queue, queueSchema } from './queue.ts'
import { queueClaimKey, queueKey, queueRowOf } from './queue-rows.ts'

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

const named = {
  ...{ claimKey: queueClaimKey, idName: 'queueId', rowKey: queueKey, reserved: builtInQueue.name },
  attributes: attributesOf(queueSchema),
}

/** Stores queues. The built-in queue can be read, but it is not in any list and cannot be written. */
export class QueueStore {
  readonly #table: Table
  readonly #named: NamedRows

  constructor(table: Table, now: Clock = () => new Date()) {
    this.#table = table
    this.#named = new NamedRows(table, named, now)
  }

  async read(queueId: string): Promise<Queue | undefined> {
    if (queueId === builtInQueue.queueId) return builtInQueueRecord
    const row = await this.#table.get(queueKey(queueId))
    return row && queueSchema.parse(row)
  }

  /** @returns the queues in no particular order, without missing ones */
  async readMany(queueIds: readonly string[]): Promise<Queue[]> {
    const wanted = new Set(queueIds)
    const builtIn = wanted.delete(builtInQueue.queueId) ? [builtInQueueRecord] : []
    const rows = await this.#table.getMany([...wanted].map(queueKey))
    return [...builtIn, ...rows.map((row) => queueSchema.parse(row))]
  }

  /** Lists queues by name. */
  async list(options: ListOptions): Promise<{ queues: Queue[]; next?: ListPosition }> {
    const page = await this.#table.query(kindQuery('queue', options))
    return { queues: page.rows.map((row) => queueSchema.parse(row)), ...nextOf(page) }
  }

  /** @returns false if the name is taken */
  async create(queue: Queue): Promise<boolean> {
    return await this.#named.create(namedRowOf(queue))
  }

  async replace(queue: Queue, previous: Queue): Promise<Replaced> {
    return await this.#named.replace(namedRowOf(queue), previous)
  }

  /** @returns false if the version has changed */
  async remove({ queueId, name, version }: Queue): Promise<boolean> {
    return await this.#named.remove({ id: queueId, name, version })
  }
}

const namedRowOf = (queue: Queue) => ({ id: queue.queueId, name: queue.name, row: queueRowOf(queue) })
