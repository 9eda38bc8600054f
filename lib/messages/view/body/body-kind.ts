import type { Container, Leaf } from '../parts/leaf-parser.ts'

/** How a text of the body is read: as plain text, as HTML, or as an unknown kind of text that is shown as it is. */
export type BodyKind = 'plain' | 'html' | 'other'

/** The facts about a leaf that decide whether it is part of the body. */
export type LeafFacts = Pick<
  Leaf,
  'contentType' | 'disposition' | 'fileName' | 'containers' | 'position' | 'unseparated'
>

/**
 * Decides which leaves of the MIME tree are the message's text (RFC 8621 section 4.1.4, for a stream). A text belongs to
 * the body unless the sender attached it. A text with a file name is an attachment unless it comes first, because some
 * senders name their body. In `multipart/related`, only the first part is the body (RFC 2387).
 * @returns undefined if the leaf is an attachment
 */
export const bodyKindOf = (leaf: LeafFacts): BodyKind | undefined => {
  // In an alternative that also contains plain text, content without parts must not replace that text.
  const kind = leaf.unseparated ? 'other' : textKindOf(leaf.contentType)
  if (!kind || leaf.disposition === 'attachment') return undefined
  const related = leaf.containers.at(-1)?.contentType === 'multipart/related'
  return leaf.position === 0 || !(related || leaf.fileName) ? kind : undefined
}

const textKindOf = (contentType: string): BodyKind | undefined => {
  if (contentType === 'text/plain') return 'plain'
  if (contentType === 'text/html') return 'html'
  return contentType.startsWith('text/') && !files.has(contentType) ? 'other' : undefined
}

/**
 * Text types that are not shown as text, although RFC 2046 section 4.1.4 treats an unknown text type as plain text.
 * Most of them are for programs, and their source text does not help a person. `rfc822-headers` is the returned header
 * in a report. `x-amp-html` and `watch-html` are additional versions of an HTML text that is also in the message.
 */
const files: ReadonlySet<string> = new Set(
  (
    'calendar x-vcalendar vcard x-vcard directory csv tab-separated-values css javascript ecmascript xml rtf ' +
    'rfc822-headers x-amp-html watch-html x-watch-html x-moz-deleted'
  )
    .split(' ')
    .map((subtype) => `text/${subtype}`),
)

/** The `multipart/alternative` that contains the leaf as one of its forms, if there is one. */
export const alternativeOf = ({ containers }: Pick<Leaf, 'containers'>): Container | undefined => {
  const container = containers.at(-1)
  return container?.contentType === 'multipart/alternative' ? container : undefined
}
