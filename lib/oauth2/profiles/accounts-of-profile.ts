import * as z from 'zod'
import { accountTypes } from '../../mailbox/account-type.ts'
import { TableStore } from '../../tables/table-store.ts'

/** The only fields of the accounts table that are read here: those that identify an account to people. */
const rowSchema = z.object({
  profileId: z.string().optional(),
  accountId: z.string(),
  type: z.enum(accountTypes),
  host: z.string(),
  /** The person who consents. */
  username: z.string(),
  /** The mailbox that is fetched, if it is not the user's own. */
  mailbox: z.string().optional(),
})

/** An account that uses a profile. */
export type AccountOfProfile = Omit<z.output<typeof rowSchema>, 'profileId'>

const keySchema = rowSchema.pick({ accountId: true })

/** Lookups of a profile's accounts. They may lag briefly behind a write. */
export class AccountsOfProfile extends TableStore {
  /** @returns at most `limit` accounts */
  async accountsOf(profileId: string, limit: number): Promise<AccountOfProfile[]> {
    const page = await this.table.query({ index: 'by-profile', partition: ['profileId', profileId], limit })
    const rows = (await this.table.rowsOf(page)).map((row) => rowSchema.parse(row))
    // The index lags behind the rows, so the profile is compared again.
    return rows.filter((row) => row.profileId === profileId).map(({ profileId: _, ...account }) => account)
  }

  /**
   * Reads the keys-only index. The 10,000 accounts of a full deployment are 1 MB, for any number of profiles.
   * @returns the number of accounts, and the ids of the first `limit`
   */
  async countOf(profileId: string, limit: number): Promise<{ count: number; accountIds: string[] }> {
    let count = 0
    const accountIds: string[] = []
    for await (const rows of this.table.pages({ index: 'by-profile', partition: ['profileId', profileId] })) {
      count += rows.length
      const missing = rows.slice(0, Math.max(0, limit - accountIds.length))
      accountIds.push(...missing.map((row) => keySchema.parse(row).accountId))
    }
    return { count, accountIds }
  }
}
