import * as z from 'zod'
import { invalidRequest } from '../../../lib/requests/parse-request.ts'
import { isoTimeOf } from '../../../lib/text/printable.ts'
import type { Answer } from './route.ts'

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
    items: z.array(item).meta({ description: 'The items on this page, in list order.' }),
    next: z
      .string()
      .meta({
        description: 'An opaque token for the next page. Omitted on the last page.',
        examples: ['eyJrZXkiOiJ4In0'],
      })
      .optional(),
  })

/**
 * The answer of a list, in the form of `pageSchema`. The position at which the next page starts becomes an opaque token,
 * which is not secret and grants no access.
 */
export const pageAnswer = <Page extends { readonly items: readonly unknown[]; readonly next?: object | undefined }>({
  next,
  ...page
}: Page): Answer => {
  return { status: 200, body: { ...page, ...(next && { next: encodeCursor(next) }) } }
}

export const encodeCursor = (position: object): string => Buffer.from(JSON.stringify(position)).toString('base64url')

/**
 * @param field the parameter with the token
 * @throws ProblemError `invalid-request` for this field if the token is not one of ours
 */
export const decodeCursor = <Schema extends z.ZodType>(
  schema: Schema,
  token: string | undefined,
  field = 'next',
): z.output<Schema> | undefined => {
  if (token === undefined) return undefined
  const parsed = schema.safeParse(jsonOf(Buffer.from(token, 'base64url').toString()))
  if (!parsed.success)
    throw invalidRequest([{ path: field, message: 'is not a token of this list. Start again without it' }])
  return parsed.data
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A day means its first millisecond as a start and its last millisecond as an end, in UTC. */
const timeOf = (timeOfDay: string, description: string, example: string) =>
  z
    .union([z.iso.datetime({ offset: true }), z.iso.date().transform((day) => `${day}T${timeOfDay}`)], {
      error: 'must be a day, for example `2026-03-01`, or a time, for example `2026-03-01T08:00:00Z`',
    })
    .transform((time) => isoTimeOf(new Date(time)))
    .pipe(z.string({ error: 'must be within the years 0000 to 9999 in UTC' }))
    .meta({ description, examples: [example] })
    .optional()

/**
 * Query parameters of lists that can be restricted to a time range.
 * @param happened what the time refers to, for example `Stored`
 */
export const timeRangeQuery = (happened: string) => ({
  from: timeOf('00:00:00.000Z', `${happened} at or after this day or time.`, '2026-03-01'),
  to: timeOf('23:59:59.999Z', `${happened} at or before this day or time.`, '2026-03-02T12:00:00Z'),
})
