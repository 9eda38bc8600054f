import * as z from 'zod'
import { alternativeOf, type BodyKind, bodyKindOf } from './body/body-kind.ts'
import type { Container } from './parts/leaf-parser.ts'
import type { MailPart } from './parts/mail-parts.ts'
import { isMessageType } from './parts/part-header.ts'
import { unwrappedParts } from './signed/signed-parts.ts'

/** A text of the body, or an attachment with its number, counted from 1. */
export type SortedPart =
  | { readonly kind: BodyKind; readonly part: MailPart }
  | { readonly kind: 'attachment'; readonly index: number; readonly part: MailPart }

/**
 * Separates a message's texts from its attachments. An unknown kind of text beside plain text in the same
 * `multipart/alternative` is an attachment, because the plain text is shown.
 * @throws the errors of `mailParts`
 */
export async function* sortedParts(source: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<SortedPart> {
  const withPlainText = new Set<Container>()
  let index = 0
  for await (const part of unwrappedParts(source, signal)) {
    const kind = bodyKindOf(part)
    const alternative = alternativeOf(part)
    if (kind && !(kind === 'other' && alternative && withPlainText.has(alternative))) {
      if (kind === 'plain' && alternative) withPlainText.add(alternative)
      yield { kind, part }
    } else {
      index += 1
      yield { kind: 'attachment', index, part }
    }
  }
}

/** Whether a part is an embedded message, which has its own view. */
export const isMessage = ({ contentType }: MailPart): boolean => isMessageType(contentType)

/**
 * The maximum depth of messages within messages. Each level is parsed inside the outer one. Forwarding chains end after
 * two or three levels.
 */
const deepest = 5

/**
 * The path of an attachment. `2` is the second one of the message, and `2.1` is the first one of the message attached
 * as `2`.
 */
export const partPathSchema = z
  .string()
  .regex(
    new RegExp(`^[1-9]\\d{0,3}(\\.[1-9]\\d{0,3}){0,${deepest - 1}}$`),
    'must be an attachment index from the view, for example `2` or `2.1`',
  )
export type PartPath = z.infer<typeof partPathSchema>

export type AttachedPart = Extract<SortedPart, { kind: 'attachment' }>

/**
 * Finds an attachment in the stream and passes it to `use`.
 * @returns undefined if the path does not exist
 * @throws the errors of `mailParts` and `use`
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
