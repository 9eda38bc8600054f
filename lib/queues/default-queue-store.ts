import type { Table } from '../tables/table.ts'
import type { DefaultQueueStore } from './queue-ports.ts'
import { type DefaultQueueSetting, defaultQueueKey, defaultQueueSchema } from './queue-rows.ts'

export class DynamoDefaultQueueStore implements DefaultQueueStore {
  readonly #table: Table

  constructor(table: Table) {
    this.#table = table
  }

  async read(): Promise<DefaultQueueSetting | undefined> {
    const row = await this.#table.get(defaultQueueKey)
    return row && defaultQueueSchema.parse(row)
  }

  async write(setting: DefaultQueueSetting): Promise<void> {
    await this.#table.put({ key: defaultQueueKey, ...setting })
  }
}
