import * as z from 'zod'
import type { Page } from './table.ts'

/**
 * Checks DynamoDB's limit for a sort key, 1,024 bytes. Without this check, DynamoDB would refuse a longer key in a
 * forged page token.
 */
const keyText = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= 1024)

/** The position at which a list by kind continues. */
export const listPositionSchema = z.strictObject({ listingKey: keyText, key: keyText })
export type ListPosition = z.infer<typeof listPositionSchema>

export interface ListOptions {
  readonly limit: number
  readonly after?: ListPosition | undefined
}

/** Queries one page of one kind of row, sorted by `listingKey`, in a table with several kinds of row under `key`. */
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
