import * as z from 'zod'
import { listPositionSchema } from '../../tables/list-by-kind.ts'
import { builtInProviderIds } from './built-in-providers.ts'
import type { ProviderServices } from './provider-services.ts'
import { type ProviderView, providerViewOf } from './provider-view.ts'

/** The number of built-in providers that have been listed, or the position in the list of custom providers. */
export const providerCursorSchema = z.union([
  z.strictObject({ builtIn: z.int().min(1).max(builtInProviderIds.length) }),
  listPositionSchema,
])
export type ProviderCursor = z.infer<typeof providerCursorSchema>

/** Lists the built-in providers first and then the custom ones by name. A page can contain both. */
export const listProviders = async (
  { providers }: Pick<ProviderServices, 'providers'>,
  { limit, cursor }: { limit: number; cursor?: ProviderCursor | undefined },
): Promise<{ items: ProviderView[]; next?: ProviderCursor }> => {
  const listed = cursor === undefined ? 0 : 'builtIn' in cursor ? cursor.builtIn : builtInProviderIds.length
  const ids = builtInProviderIds.slice(listed, listed + limit)
  const builtIn = (await providers.readMany(ids)).map((provider) => providerViewOf(provider).view)
  const room = limit - ids.length
  if (room === 0) return { items: builtIn, next: { builtIn: listed + ids.length } }
  const after = cursor && 'key' in cursor ? cursor : undefined
  const page = await providers.list({ limit: room, after })
  const custom = page.providers.map((provider) => providerViewOf(provider).view)
  return { items: [...builtIn, ...custom], ...(page.next && { next: page.next }) }
}
