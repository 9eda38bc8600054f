import type { ListOptions, ListPosition } from '../../tables/list-by-kind.ts'
import type { Provider, ProviderReader } from './provider.ts'

/** Providers by id. The built-in ones are always there; their rows hold what an admin changed. */
export interface ProviderStore extends ProviderReader {
  /** In the order asked for; missing ones are left out. */
  readMany(providerIds: readonly string[]): Promise<Provider[]>
  /** The custom ones, by name. */
  list(options: ListOptions): Promise<{ providers: Provider[]; next?: ListPosition }>
  /** A custom one. */
  create(provider: Provider): Promise<void>
  /** False when it no longer has version `expected`. */
  replace(provider: Provider, expected: number): Promise<boolean>
  /** A built-in one is from now on as shipped; only version and stamp of `provider` are kept. False as `replace`. */
  reset(provider: Provider, expected: number): Promise<boolean>
  /** A custom one. False as `replace`. */
  remove(providerId: string, expected: number): Promise<boolean>
}
