import { kindQuery, type ListOptions, type ListPosition, nextOf } from '../../tables/list-by-kind.ts'
import { type OnUnreadable, readableRows } from '../../tables/readable-rows.ts'
import type { Expression, Row, Table } from '../../tables/table.ts'
import { versionIs } from '../../tables/version-condition.ts'
import { providerKey } from '../oauth2-rows.ts'
import { shippedProvider } from './built-in-providers.ts'
import { DynamoProviderReader } from './dynamo-provider-reader.ts'
import type { Provider } from './provider.ts'
import { providerRowOf, providerRowSchema, resetRowOf } from './provider-rows.ts'
import type { ProviderStore } from './provider-store.ts'

const absent: Expression = { text: 'attribute_not_exists(#key)' }

export class DynamoProviderStore extends DynamoProviderReader implements ProviderStore {
  readonly #table: Table
  readonly #onUnreadable: OnUnreadable | undefined

  constructor(table: Table, { onUnreadable }: { readonly onUnreadable?: OnUnreadable } = {}) {
    super(table)
    this.#table = table
    this.#onUnreadable = onUnreadable
  }

  async readMany(providerIds: readonly string[]): Promise<Provider[]> {
    const rows = await this.#table.getMany(providerIds.map(providerKey))
    const withRow = new Set(rows.map((row) => row.key))
    const found = new Map(this.#readable(rows).map((provider) => [provider.providerId, provider]))
    return providerIds
      .map((id) => (withRow.has(providerKey(id)) ? found.get(id) : shippedProvider(id)))
      .filter((provider) => provider !== undefined)
  }

  async list(options: ListOptions): Promise<{ providers: Provider[]; next?: ListPosition }> {
    const page = await this.#table.query(kindQuery('custom', options))
    return { providers: this.#readable(page.rows), ...nextOf(page) }
  }

  async create(provider: Provider): Promise<void> {
    if (!(await this.#table.put(providerRowOf(provider), absent))) throw new Error('A new provider id already exists')
  }

  async replace(provider: Provider, expected: number): Promise<boolean> {
    return await this.#put(providerRowOf(provider), provider.providerId, expected)
  }

  async reset(provider: Provider, expected: number): Promise<boolean> {
    return await this.#put(resetRowOf(provider), provider.providerId, expected)
  }

  async remove(providerId: string, expected: number): Promise<boolean> {
    return await this.#table.delete(providerKey(providerId), versionIs(expected))
  }

  async #put(row: Row, providerId: string, expected: number): Promise<boolean> {
    // The shipped defaults have a version but no row.
    const unchanged = shippedProvider(providerId)?.version === expected ? absent : versionIs(expected)
    return await this.#table.put(row, unchanged)
  }

  #readable(rows: readonly Row[]): Provider[] {
    return readableRows(rows, providerRowSchema, 'key', this.#onUnreadable)
  }
}
