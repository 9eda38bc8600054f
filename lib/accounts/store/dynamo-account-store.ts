import * as z from 'zod'
import type { OnUnreadable } from '../../tables/readable-rows.ts'
import type { Row, Table } from '../../tables/table.ts'
import { type Account, type AccountId, accountSchema } from '../account.ts'
import type { AccountStore, ListPosition } from './account-store.ts'
import { DynamoAccountReader, listing } from './dynamo-account-reader.ts'

/** Sorts before every character of a host or username, because neither contains control characters. */
const separator = '\t'

const positionSchema = z.object({ listingKey: z.string(), accountId: z.string() })

export class DynamoAccountStore extends DynamoAccountReader implements AccountStore {
  readonly #table: Table

  constructor(table: Table, options: { readonly onUnreadable?: OnUnreadable } = {}) {
    super(table, options)
    this.#table = table
  }

  async create(account: Account): Promise<boolean> {
    return await this.#table.put(rowOf(account), { text: 'attribute_not_exists(#accountId)' })
  }

  async replace(account: Account, expectedVersion: number): Promise<boolean> {
    return await this.#table.put(rowOf(account), versionIs(expectedVersion))
  }

  async remove(accountId: AccountId, expectedVersion: number): Promise<boolean> {
    return await this.#table.delete(accountId, versionIs(expectedVersion))
  }

  async page({ limit, after }: { limit: number; after?: ListPosition }) {
    const page = await this.#table.query({
      index: 'by-name',
      partition: ['listing', listing],
      limit,
      ...(after && { startKey: { listing, ...positionSchema.parse(after) } }),
    })
    return {
      accounts: this.readable(page.rows),
      ...(page.nextKey && { next: positionSchema.parse(page.nextKey) }),
    }
  }

  positionOf(account: Account): ListPosition {
    return { listingKey: listingKeyOf(account), accountId: account.accountId }
  }

  /** Counts in the keys-only index. There, 10,000 accounts take about 1.5 MB, two requests and about 190 read units. */
  async count(limit: number): Promise<number> {
    let count = 0
    for await (const rows of this.#table.pages({ index: 'by-change', partition: ['listing', listing] })) {
      count += rows.length
      if (count >= limit) break
    }
    return count
  }
}

const versionIs = (expected: number) => ({ text: '#version = :expected', values: { expected } })

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
