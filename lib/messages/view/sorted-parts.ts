import * as z from 'zod'
import { ownMember } from '../../text/names.ts'
import { type MailPart, mailParts } from './mail-parts.ts'

/** A part of the body (`text`, `html`), or an attachment with its number, counted from 1. */
export type SortedPart =
  | { readonly kind: 'text' | 'html'; readonly part: MailPart }
  | { readonly kind: 'attachment'; readonly index: number; readonly part: MailPart }

const bodyKinds: Readonly<Record<string, 'text' | 'html'>> = { 'text/plain': 'text', 'text/html': 'html' }

/**
 * Separates a message's body from its attachments. Text with a file name is also an attachment, except for the first of
 * its kind, because some senders name their body.
 * @throws the errors of `mailParts`
 */
export async function* sortedParts(source: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<SortedPart> {
  const seen = new Set<string>()
  let index = 0
  for await (const part of mailParts(source, signal)) {
    const kind = ownMember(bodyKinds, part.contentType)
    const isBody = kind && part.disposition !== 'attachment' && (part.fileName === undefined || !seen.has(kind))
    if (kind && isBody) {
      seen.add(kind)
      yield { kind, part }
    } else {
      index += 1
      yield { kind: 'attachment', index, part }
    }
  }
}

/** An embedded message (RFC 2046 section 5.2.1; RFC 6532 section 3.7) has its own view. */
export const isMessage = ({ contentType }: MailPart): boolean =>
  contentType === 'message/rfc822' || contentType === 'message/global'

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
