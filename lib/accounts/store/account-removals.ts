import * as z from 'zod'
import { TableStore } from '../../tables/table-store.ts'
import type { AccountId } from '../account.ts'

const key = 'removed'
/** Longer than any client may follow changes from one list. */
const secondsKept = 86_400

const rowSchema = z.object({ item: z.string() })

/** The accounts that were deleted recently, for clients that keep a list of all accounts. */
export class AccountRemovals extends TableStore {
  /** Notes the removal of an account. It is written first, so a reader checks whether the account still exists. */
  async note(accountId: AccountId, at: Date): Promise<void> {
    const expiresAt = Math.floor(at.getTime() / 1000) + secondsKept
    await this.table.put({ key, item: `${at.toISOString()}#${accountId}`, expiresAt })
  }

  /** @returns the ids of accounts that were removed, or were about to be, at or after this time */
  async since(time: string): Promise<AccountId[]> {
    const ids: AccountId[] = []
    for await (const rows of this.table.pages({ partition: ['key', key], sort: { key: 'item', from: time } }))
      ids.push(...rows.map((row) => rowSchema.parse(row).item.split('#')[1] ?? ''))
    return ids
  }
}
