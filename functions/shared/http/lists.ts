import * as z from 'zod'
import { invalidRequest } from '../../../lib/requests/parse-request.ts'

/** Query parameters that every list accepts. Extend them with the list's own parameters. */
export const pagingQuerySchema = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .meta({ description: 'The maximum number of items in a page.', examples: [50] })
    .default(50),
  next: z
    .string()
    .max(2048)
    .meta({
      description: 'The `next` token of the previous page. Omit it for the first page.',
      examples: ['eyJrZXkiOiJ4In0'],
    })
    .optional(),
})

/** The response of every list. */
export const pageSchema = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item).meta({ description: 'The items of the page, in the order of the list.' }),
    next: z
      .string()
      .meta({
        description: 'An opaque token for the next page. Omitted on the last page.',
        examples: ['eyJrZXkiOiJ4In0'],
      })
      .optional(),
  })

/** An opaque token for the position at which the next page starts. It is not secret and grants no access. */
export const encodeCursor = (position: Readonly<Record<string, unknown>>): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url')

/** @throws ProblemError `invalid-request` for the field `next` if the token is not one of ours */
export const decodeCursor = <Schema extends z.ZodType>(
  schema: Schema,
  token: string | undefined,
): z.output<Schema> | undefined => {
  if (token === undefined) return undefined
  const parsed = schema.safeParse(jsonOf(Buffer.from(token, 'base64url').toString()))
  if (!parsed.success)
    throw invalidRequest([{ path: 'next', message: 'is not a token of this list. Start again without it' }])
  return parsed.data
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
