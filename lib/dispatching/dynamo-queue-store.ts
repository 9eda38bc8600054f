import type { Table } from '../tables/table.ts'
import { comparableName, type ListPosition, queueKey, queueOfRow, queueRowOf } from './dispatching-rows.ts'
import { listQuery, nextOf, versionIs } from './dynamo-list.ts'
import { builtInQueue, type Queue } from './queue.ts'
import { QueueNameClaims } from './queue-name-claims.ts'
import { builtInQueueRecord, type ListOptions, type QueueStore } from './queue-store.ts'

export class DynamoQueueStore implements QueueStore {
  readonly #table: Table
  readonly #claims: QueueNameClaims

  constructor(table: Table, now: () => Date = () => new Date()) {
    this.#table = table
    this.#claims = new QueueNameClaims(table, now)
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
    const page = await this.#table.query(listQuery('queue', options))
    return { queues: page.rows.map(queueOfRow), ...nextOf(page) }
  }

  async create(queue: Queue): Promise<boolean> {
    if (!(await this.#claims.take(queue.name, queue.queueId))) return false
    const written = await this.#table.put(queueRowOf(queue), { text: 'attribute_not_exists(#key)' })
    if (!written) throw new Error('A new queue was given an id that exists')
    return true
  }

  async replace(queue: Queue, previous: Queue): Promise<'replaced' | 'name-taken' | 'changed-meanwhile'> {
    const renamed = comparableName(queue.name) !== comparableName(previous.name)
    // Read before the row changes: a claim taken anew after that belongs to whoever took it.
    const oldClaim = renamed ? await this.#claims.read(previous.name) : undefined
    if (renamed && !(await this.#claims.take(queue.name, queue.queueId))) return 'name-taken'
    const written = await this.#table.put(queueRowOf(queue), versionIs(previous.version))
    if (!written) return 'changed-meanwhile'
    if (oldClaim?.queueId === queue.queueId) await this.#claims.release(oldClaim)
    return 'replaced'
  }

  async remove({ queueId, name, version }: Queue): Promise<boolean> {
    const claim = await this.#claims.read(name)
    if (!(await this.#table.delete(queueKey(queueId), versionIs(version)))) return false
    if (claim?.queueId === queueId) await this.#claims.release(claim)
    return true
  }
}
