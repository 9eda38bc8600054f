import * as z from 'zod'
import { bookkeepingFields } from '../../requests/documented-fields.ts'
import { kindQuery, type ListOptions, type ListPosition, nextOf } from '../../tables/list-by-kind.ts'
import { attributesOf } from '../../tables/row-format.ts'
import { type Expression, type Row, versionIs } from '../../tables/table.ts'
import { TableStore } from '../../tables/table-store.ts'
import { comparableName } from '../../text/names.ts'
import { shippedProvider, shippedSettings } from './built-in-providers.ts'
import { type Provider, providerSchema } from './provider.ts'

const providerKey = (providerId: string): string => `provider#${providerId}`

/**
 * A built-in provider that was changed and then reset to the defaults of the running version of Postmaster. The row
 * stays because of its version: if versions started again at 1, an old ETag could match again.
 */
const resetSchema = z.object({
  providerId: z.string(),
  asShipped: z.literal(true),
  version: z.int().min(1),
  ...bookkeepingFields,
})

const shippedSchema = resetSchema.transform(({ asShipped: _, ...row }, context): Provider => {
  const settings = shippedSettings(row.providerId)
  if (settings) return { ...settings, ...row }
  context.issues.push({ code: 'custom', message: 'is not a built-in provider', input: row })
  return z.NEVER
})

const rowSchema: z.ZodType<Provider> = z.union([shippedSchema, providerSchema])
const rowAttributes = attributesOf(rowSchema)

const absent: Expression = { text: 'attribute_not_exists(#key)' }

/** Providers by id, in the oauth2 table. Built-in providers always exist, and their rows contain an admin's changes. */
export class ProviderStore extends TableStore {
  /** @throws Error if the row cannot be read. Falling back to the defaults could send a secret to another server. */
  async read(providerId: string): Promise<Provider | undefined> {
    const row = await this.table.get(providerKey(providerId))
    return row ? rowSchema.parse(row) : shippedProvider(providerId)
  }

  /** @returns the providers in the given order, without missing ones */
  async readMany(providerIds: readonly string[]): Promise<Provider[]> {
    const rows = await this.table.getMany(providerIds.map(providerKey))
    const withRow = new Set(rows.map((row) => row.key))
    const found = new Map(this.table.readable(rows, rowSchema).map((provider) => [provider.providerId, provider]))
    return providerIds
      .map((id) => (withRow.has(providerKey(id)) ? found.get(id) : shippedProvider(id)))
      .filter((provider) => provider !== undefined)
  }

  /** Lists the custom providers by name. */
  async list(options: ListOptions): Promise<{ providers: Provider[]; next?: ListPosition }> {
    const page = await this.table.query(kindQuery('custom', options))
    return { providers: this.table.readable(page.rows, rowSchema), ...nextOf(page) }
  }

  /** Creates a custom provider. */
  async create(provider: Provider): Promise<void> {
    if (!(await this.table.put(rowOf(provider), absent))) throw new Error('A new provider id already exists')
  }

  /** @returns false if the stored provider does not have the version `expected` */
  async replace(provider: Provider, expected: number): Promise<boolean> {
    return await this.#put(rowOf(provider), provider.providerId, expected)
  }

  /** Resets a built-in provider. Only version and stamp of `provider` are stored. @returns the same as `replace` */
  async reset(provider: Provider, expected: number): Promise<boolean> {
    const stored = resetSchema.parse({ ...provider, asShipped: true })
    return await this.#put({ ...stored, key: providerKey(provider.providerId) }, provider.providerId, expected)
  }

  /** Removes a custom provider. @returns the same as `replace` */
  async remove(providerId: string, expected: number): Promise<boolean> {
    return await this.table.delete(providerKey(providerId), versionIs(expected))
  }

  async #put(row: Row, providerId: string, expected: number): Promise<boolean> {
    // The shipped defaults have a version but no row.
    const unchanged = shippedProvider(providerId)?.version === expected ? absent : versionIs(expected)
    return await this.table.replace(row, rowAttributes, unchanged)
  }
}

/** Only custom providers are in the index by kind. The built-in providers are known. */
const rowOf = (provider: Provider): Row => ({
  ...provider,
  key: providerKey(provider.providerId),
  ...(provider.kind === 'custom' && { listingKey: comparableName(provider.name) }),
})
