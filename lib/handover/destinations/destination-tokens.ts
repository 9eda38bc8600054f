import { hashOf, looksLikeSecret, newSecret } from '../../secrets/random-secret.ts'
import type { Row } from '../../tables/table.ts'
import { TableStore } from '../../tables/table-store.ts'
import { type DestinationToken, destinationTokenSchema } from './destination.ts'

/** Makes a token recognisable to scanners that look for published secrets. */
const prefix = 'pmt_'

export const newToken = (): string => `${prefix}${newSecret()}`
export const looksLikeToken = (text: string): boolean =>
  text.startsWith(prefix) && looksLikeSecret(text.slice(prefix.length))

/**
 * In milliseconds. Agents ask every few seconds, and a write for each request would cost more than its information is
 * worth.
 */
const useRecordedEvery = 60_000

const kind = 'token'
const tokenKey = (hash: string): string => `token#${hash}`
/** Sorts after every time, and begins with the character after the digits. */
const end = ':'

/** Tokens of destinations, in the handover table. The lists may lag briefly behind a write. */
export class DynamoDestinationTokens extends TableStore {
  /** @returns the token with this text, unless it was revoked */
  async find(token: string): Promise<DestinationToken | undefined> {
    if (!looksLikeToken(token)) return undefined
    const row = await this.table.get(tokenKey(hashOf(token)))
    return row && destinationTokenSchema.parse(row)
  }

  async ofDestination(destinationId: string): Promise<DestinationToken[]> {
    const sort = { key: 'listingKey', from: `${destinationId}#`, to: `${destinationId}#${end}` }
    const found: Row[] = []
    for await (const rows of this.table.pages({ index: 'by-kind', partition: ['kind', kind], sort }))
      found.push(...rows)
    return found.map((row) => destinationTokenSchema.parse(row))
  }

  async create(token: DestinationToken): Promise<void> {
    const row = { ...token, key: tokenKey(token.hash), kind, listingKey: `${token.destinationId}#${token.createdAt}` }
    if (!(await this.table.put(row, { text: 'attribute_not_exists(#key)' })))
      throw new Error('A new token was equal to an existing one')
  }

  /** It is not an error if the token no longer exists. */
  async remove({ hash }: Pick<DestinationToken, 'hash'>): Promise<void> {
    await this.table.delete(tokenKey(hash))
  }

  /** Renews `lastUsedAt` if it is older than a minute. A token that was revoked in the meantime is not written again. */
  async markUsed({ hash }: DestinationToken, agent: DestinationToken['agent'], at: string): Promise<void> {
    const before = new Date(Date.parse(at) - useRecordedEvery).toISOString()
    await this.table.update(
      tokenKey(hash),
      {
        text: agent ? 'SET #lastUsedAt = :at, #agent = :agent' : 'SET #lastUsedAt = :at',
        values: { at, ...(agent && { agent }) },
      },
      {
        text: 'attribute_exists(#key) AND (attribute_not_exists(#lastUsedAt) OR #lastUsedAt < :before)',
        values: { before },
      },
    )
  }
}
