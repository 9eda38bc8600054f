import * as z from 'zod'
import { ProblemError } from '../../reasons/problem.ts'
import { attributesOf } from '../../tables/row-format.ts'
import type { Row } from '../../tables/table.ts'
import { versionIs } from '../../tables/table.ts'
import { TableStore } from '../../tables/table-store.ts'
import { type Account, type AccountId, accountSchema, type ListedAccount, listedAccountSchema } from '../account.ts'

/**
 * The partition of both listing indexes. One partition is enough for all accounts: 10,000 of them take about 10 MB, and
 * a partition allows 1,000 writes per second.
 */
const listing = 'account'

/** Sorts before every character of a host or username, because neither contains control characters. */
const separator = '\t'

const keysSchema = z.object({ accountId: z.string() })
const positionSchema = z.object({ listingKey: z.string(), accountId: z.string() })

/** The end of a page of the list. */
export type ListPosition = Readonly<z.infer<typeof positionSchema>>

/** The read access to accounts that fetch and dispatch need. */
export type AccountReader = Pick<AccountStore, 'read' | 'readMany' | 'existing' | 'changedSince'>

/** The accounts table. */
export class AccountStore extends TableStore {
  async read(accountId: AccountId): Promise<Account | undefined> {
    const row = await this.table.get(accountId)
    return row && accountSchema.parse(row)
  }

  /** Omits accounts that do not exist or cannot be parsed. `existing` distinguishes between them. */
  async readMany(accountIds: readonly AccountId[]): Promise<Account[]> {
    return this.table.readable(await this.table.getMany(accountIds), accountSchema)
  }

  /** @returns which of these accounts exist, readable or not. An account that is not among them was deleted */
  async existing(accountIds: readonly AccountId[]): Promise<Set<AccountId>> {
    return new Set((await this.table.getMany(accountIds)).map((row) => keysSchema.parse(row).accountId))
  }

  /**
   * @returns the ids of accounts that were created or changed at or after `since` (ISO 8601), the oldest change first,
   * without deleted accounts
   */
  async *changedSince(since: string): AsyncIterable<AccountId[]> {
    const sort = { key: 'changedAt', from: since }
    for await (const rows of this.table.pages({ index: 'by-change', partition: ['listing', listing], sort }))
      yield rows.map((row) => keysSchema.parse(row).accountId)
  }

  /** @returns false if the id already exists */
  async create(account: Account): Promise<boolean> {
    return await this.table.put(rowOf(account), { text: 'attribute_not_exists(#accountId)' })
  }

  /** @returns false, without changing anything, if the stored version is no longer `expectedVersion` */
  async replace(account: Account, expectedVersion: number): Promise<boolean> {
    return await this.table.replace(rowOf(account), attributesOf(accountSchema), versionIs(expectedVersion))
  }

  /** @returns false, without a deletion, if the stored version is no longer `expectedVersion` */
  async remove(accountId: AccountId, expectedVersion: number): Promise<boolean> {
    return await this.table.delete(accountId, versionIs(expectedVersion))
  }

  /** Sorted by host, then by username without case. Eventually consistent. `next` is absent at the end. */
  async page({ limit, after }: { limit: number; after?: ListPosition }) {
    const page = await this.table.query({
      index: 'by-name',
      partition: ['listing', listing],
      limit,
      ...(after && { startKey: { listing, ...positionSchema.parse(after) } }),
    })
    return {
      accounts: this.table.readable(page.rows, accountSchema),
      ...(page.nextKey && { next: positionSchema.parse(page.nextKey) }),
    }
  }

  /**
   * Reads a page of all accounts, sorted by id, from an index that contains less than half of their data. The page may be
   * shorter than `limit`.
   * @param after the last id of the previous page
   */
  async listed(
    limit: number,
    after?: AccountId,
  ): Promise<{ readonly accounts: ListedAccount[]; readonly next?: AccountId }> {
    const page = await this.table.query({
      index: 'listed',
      partition: ['listing', listing],
      limit,
      ...(after !== undefined && { startKey: { listing, accountId: after } }),
    })
    return {
      accounts: this.table.readable(page.rows, listedAccountSchema),
      ...(page.nextKey && { next: keysSchema.parse(page.nextKey).accountId }),
    }
  }

  /** Counts in the keys-only index. There, 10,000 accounts take about 1.5 MB, two requests and about 190 read units. */
  async count(limit: number): Promise<number> {
    let count = 0
    for await (const rows of this.table.pages({ index: 'by-change', partition: ['listing', listing] })) {
      count += rows.length
      if (count >= limit) break
    }
    return count
  }
}

/** @throws ProblemError `not-found` */
export const readAccount = async (
  accountId: AccountId,
  { accounts }: { readonly accounts: Pick<AccountStore, 'read'> },
): Promise<Account> => {
  const account = await accounts.read(accountId)
  if (!account) throw new ProblemError('not-found', 'There is no account with this id.')
  return account
}

export const positionOf = (account: Account): ListPosition => ({
  listingKey: listingKeyOf(account),
  accountId: account.accountId,
})

const listingKeyOf = ({ host, username, accountId }: Account) =>
  [host, username.toLowerCase(), accountId].join(separator)

/** Adds the attributes of the indexes. `queueId` and `profileId` are optional, so their indexes stay sparse. */
const rowOf = (account: Account): Row => ({
  ...accountSchema.parse(account),
  listing,
  listingKey: listingKeyOf(account),
  ...(account.dispatching.by === 'queue' && { queueId: account.dispatching.queueId }),
  ...(account.credential.method === 'oauth2' && { profileId: account.credential.profileId }),
})
