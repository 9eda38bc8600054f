import { queueKey, queueOfRow } from '../dispatching/dispatching-rows.ts'
import { builtInQueue } from '../dispatching/queue.ts'
import type { Table } from '../tables/table.ts'
import type { AccountQueue, AccountQueues } from './account-queues.ts'

export class DynamoAccountQueues implements AccountQueues {
  readonly #dispatching: Table

  constructor(dispatching: Table) {
    this.#dispatching = dispatching
  }

  async readMany(queueIds: readonly string[]): Promise<AccountQueue[]> {
    const others = queueIds.filter((queueId) => queueId !== builtInQueue.queueId)
    const rows = await this.#dispatching.getMany(others.map(queueKey))
    const found = rows.map(queueOfRow)
    return others.length < queueIds.length ? [{ ...builtInQueue, validity: 'valid' }, ...found] : found
  }
}
