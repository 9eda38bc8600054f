import * as z from 'zod'
import type { Page } from './table.ts'

/** DynamoDB's limit for a sort key, in bytes. A longer one in a forged page token would be refused by it, not by us. */
const keyText = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= 1024)

/** Where a list by kind goes on. */
export const listPositionSchema = z.strictObject({ listingKey: keyText, key: keyText })
export type ListPosition = z.infer<typeof listPositionSchema>

export interface ListOptions {
  readonly limit: number
  readonly after?: ListPosition | undefined
}

/** One page of a table that holds several kinds of row under `key`: all of one kind, by `listingKey`. */
export const kindQuery = (kind: string, { limit, after }: ListOptions) => ({
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
