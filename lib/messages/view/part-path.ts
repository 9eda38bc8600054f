import * as z from 'zod'
import { isMessage, type SortedPart, sortedParts } from './sorted-parts.ts'

/** Messages within messages: each level is parsed inside the one around it. Forwarding chains end after two or three. */
const deepest = 5

/** Which attachment: `2` is the second one of the message, `2.1` the first one of the message attached as `2`. */
export const partPathSchema = z
  .string()
  .regex(
    new RegExp(`^[1-9]\\d{0,3}(\\.[1-9]\\d{0,3}){0,${deepest - 1}}$`),
    'must be the index of an attachment as the view lists it, such as `2` or `2.1`',
  )
export type PartPath = z.infer<typeof partPathSchema>

export type AttachedPart = Extract<SortedPart, { kind: 'attachment' }>

/**
 * Finds an attachment and hands it over while it streams by; undefined when there is none at this path.
 * @throws what `mailParts` and `use` throw
 */
export const withAttachment = async <T>(
  source: AsyncIterable<Buffer>,
  path: PartPath,
  signal: AbortSignal,
  use: (attachment: AttachedPart) => Promise<T>,
): Promise<T | undefined> => {
  const [first = '', ...rest] = path.split('.')
  for await (const sorted of sortedParts(source, signal)) {
    if (sorted.kind !== 'attachment' || sorted.index !== Number(first)) continue
    if (rest.length === 0) return await use(sorted)
    if (!isMessage(sorted.part)) return undefined
    return await withAttachment(sorted.part.content, rest.join('.'), signal, use)
  }
  return undefined
}
