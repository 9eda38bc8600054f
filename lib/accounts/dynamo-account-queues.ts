import { builtInQueue, queueSchema } from '../dispatching/queue.ts'
import type { Table } from '../tables/table.ts'
import type { AccountQueue, AccountQueues } from './account-queues.ts'

export class DynamoAccountQueues implements AccountQueues {
  readonly #dispatching: Table

  constructor(dispatching: Table) {
    this.#dispatching = dispatching
  }

  async readMany(queueIds: readonly string[]): Promise<AccountQueue[]> {
    const others = queueIds.filter((queueId) => queueId !== builtInQueue.queueId)
    const rows = await this.#dispatching.getMany(others.map((queueId) => `queue#${queueId}`))
    const found = rows.map((row) => queueSchema.parse(row))
    return others.length < queueIds.length ? [{ ...builtInQueue, validity: 'valid' }, ...found] : found
  }
}
