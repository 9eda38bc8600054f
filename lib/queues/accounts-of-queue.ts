import * as z from 'zod'
import { rowsOfPage } from '../tables/rows-of-page.ts'
import type { Table } from '../tables/table.ts'
import type { AccountsOfQueue } from './queue-ports.ts'

/** The only attributes of the accounts table that are read here. */
const accountOfQueueSchema = z.object({ queueId: z.string().optional(), host: z.string(), username: z.string() })

export class DynamoAccountsOfQueue implements AccountsOfQueue {
  readonly #accounts: Table

  constructor(accounts: Table) {
    this.#accounts = accounts
  }

  async accountsOf(queueId: string, limit: number): Promise<{ host: string; username: string }[]> {
    const page = await this.#accounts.query({ index: 'by-queue', partition: ['queueId', queueId], limit })
    const rows = (await rowsOfPage(this.#accounts, 'accountId', page)).map((row) => accountOfQueueSchema.parse(row))
    // The index is eventually consistent.
    return rows.filter((row) => row.queueId === queueId).map(({ host, username }) => ({ host, username }))
  }
}
