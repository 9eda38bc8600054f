import type { Table } from '../../tables/table.ts'
import { providerKey } from '../oauth2-rows.ts'
import { shippedProvider } from './built-in-providers.ts'
import type { Provider, ProviderReader } from './provider.ts'
import { providerRowSchema } from './provider-rows.ts'

/** For functions that only read providers. */
export class DynamoProviderReader implements ProviderReader {
  readonly #table: Table

  constructor(table: Table) {
    this.#table = table
  }

  /** @throws Error if the row cannot be read. Falling back to the defaults could send a secret to another server. */
  async read(providerId: string): Promise<Provider | undefined> {
    const row = await this.#table.get(providerKey(providerId))
    return row ? providerRowSchema.parse(row) : shippedProvider(providerId)
  }
}
