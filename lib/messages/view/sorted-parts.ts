import { ownMember } from '../../text/own-member.ts'
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
