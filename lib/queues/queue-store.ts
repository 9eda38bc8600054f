import { kindQuery, type ListOptions, type ListPosition, nextOf } from '../tables/list-by-kind.ts'
import { NamedRows, type Replaced } from '../tables/named-rows.ts'
import type { Table } from '../tables/table.ts'
import { builtInQueue, type Queue } from './queue.ts'
import { builtInQueueRecord, type QueueStore } from './queue-ports.ts'
import { queueClaimKey, queueKey, queueOfRow, queueRowOf } from './queue-rows.ts'

const named = { claimKey: queueClaimKey, idName: 'queueId', rowKey: queueKey, reserved: builtInQueue.name }

export class DynamoQueueStore implements QueueStore {
  readonly #table: Table
  readonly #named: NamedRows

  constructor(table: Table, now: () => Date = () => new Date()) {
    this.#table = table
    this.#named = new NamedRows(table, named, now)
  }

  async read(queueId: string): Promise<Queue | undefined> {
    if (queueId === builtInQueue.queueId) return builtInQueueRecord
    const row = await this.#table.get(queueKey(queueId))
    return row && queueOfRow(row)
  }

  async readMany(queueIds: readonly string[]): Promise<Queue[]> {
    const wanted = new Set(queueIds)
    const builtIn = wanted.delete(builtInQueue.queueId) ? [builtInQueueRecord] : []
    const rows = await this.#table.getMany([...wanted].map(queueKey))
    return [...builtIn, ...rows.map(queueOfRow)]
  }

  async list(options: ListOptions): Promise<{ queues: Queue[]; next?: ListPosition }> {
    const page = await this.#table.query(kindQuery('queue', options))
    return { queues: page.rows.map(queueOfRow), ...nextOf(page) }
  }

  async create(queue: Queue): Promise<boolean> {
    return await this.#named.create(namedRowOf(queue))
  }

  async replace(queue: Queue, previous: Queue): Promise<Replaced> {
    return await this.#named.replace(namedRowOf(queue), previous)
  }

  async remove({ queueId, name, version }: Queue): Promise<boolean> {
    return await this.#named.remove({ id: queueId, name, version })
  }
}

const namedRowOf = (queue: Queue) => ({ id: queue.queueId, name: queue.name, row: queueRowOf(queue) })
