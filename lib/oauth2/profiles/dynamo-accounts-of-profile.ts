import * as z from 'zod'
import { rowsOfPage } from '../../tables/rows-of-page.ts'
import type { Table } from '../../tables/table.ts'
import type { AccountOfProfile, AccountsOfProfile } from './accounts-of-profile.ts'

/** All that is read of the accounts table here. */
const rowSchema = z.object({
  profileId: z.string().optional(),
  accountId: z.string(),
  host: z.string(),
  username: z.string(),
  mailbox: z.string().optional(),
})

export class DynamoAccountsOfProfile implements AccountsOfProfile {
  readonly #accounts: Table

  constructor(accounts: Table) {
    this.#accounts = accounts
  }

  async accountsOf(profileId: string, limit: number): Promise<AccountOfProfile[]> {
    const page = await this.#accounts.query({ index: 'by-profile', partition: ['profileId', profileId], limit })
    const rows = (await rowsOfPage(this.#accounts, 'accountId', page)).map((row) => rowSchema.parse(row))
    // The index lags behind the rows.
    return rows.filter((row) => row.profileId === profileId).map(({ profileId: _, ...account }) => account)
  }
}
