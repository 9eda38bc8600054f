import type { Page } from '../tables/table.ts'
import { type ListPosition, listPositionSchema } from './dispatching-rows.ts'
import type { ListOptions } from './queue-store.ts'

export const versionIs = (version: number) => ({ text: '#version = :expected', values: { expected: version } })

export const listQuery = (kind: 'queue' | 'address', { limit, after }: ListOptions) => ({
  index: 'by-kind',
  partition: ['kind', kind] as const,
  limit,
  ...(after && { startKey: { kind, ...after } }),
})

export const nextOf = (page: Page): { next?: ListPosition } => {
  if (!page.nextKey) return {}
  const { listingKey, key } = page.nextKey
  return { next: listPositionSchema.parse({ listingKey, key }) }
}
