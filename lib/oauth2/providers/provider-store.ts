import type { ListOptions, ListPosition } from '../../tables/list-by-kind.ts'
import type { Provider, ProviderReader } from './provider.ts'

/** Providers by id. Built-in providers always exist, and their rows contain an admin's changes. */
export interface ProviderStore extends ProviderReader {
  /** @returns the providers in the given order, without missing ones */
  readMany(providerIds: readonly string[]): Promise<Provider[]>
  /** Lists the custom providers by name. */
  list(options: ListOptions): Promise<{ providers: Provider[]; next?: ListPosition }>
  /** Creates a custom provider. */
  create(provider: Provider): Promise<void>
  /** @returns false if the stored provider does not have the version `expected` */
  replace(provider: Provider, expected: number): Promise<boolean>
  /** Resets a built-in provider. Only version and stamp of `provider` are stored. @returns the same as `replace` */
  reset(provider: Provider, expected: number): Promise<boolean>
  /** Removes a custom provider. @returns the same as `replace` */
  remove(providerId: string, expected: number): Promise<boolean>
}
