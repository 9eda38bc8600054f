import * as z from 'zod'
import { invalidRequest } from '../../../lib/requests/parse-request.ts'

/** Query parameters of every list; extend it with the list's own. */
export const pagingQuerySchema = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .meta({ description: 'How many items a page holds at most.', examples: [50] })
    .default(50),
  next: z
    .string()
    .max(2048)
    .meta({ description: 'The token a page ended with; left out for the first page.', examples: ['eyJrZXkiOiJ4In0'] })
    .optional(),
})

/** What every list answers. */
export const pageSchema = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item).meta({ description: 'The page, in the order of the list.' }),
    next: z
      .string()
      .meta({ description: 'Opaque token of the next page; absent at the end.', examples: ['eyJrZXkiOiJ4In0'] })
      .optional(),
  })

/** An opaque token: where the next page starts. It is no secret and grants nothing. */
export const encodeCursor = (position: Readonly<Record<string, unknown>>): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url')

/** @throws ProblemError `invalid-request` naming `next` when the token is not one of ours */
export const decodeCursor = <Schema extends z.ZodType>(
  schema: Schema,
  token: string | undefined,
): z.output<Schema> | undefined => {
  if (token === undefined) return undefined
  const parsed = schema.safeParse(jsonOf(Buffer.from(token, 'base64url').toString()))
  if (!parsed.success)
    throw invalidRequest([{ path: 'next', message: 'is not a token of this list; start again without it' }])
  return parsed.data
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
