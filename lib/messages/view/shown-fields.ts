import { cutTo } from '../../text/printable.ts'
import { decodedText } from '../decoding/encoded-words.ts'
import { inDeclaredCharset } from '../header/declared-charset.ts'
import { headerBlockOf, headerFieldsOf } from '../header/header-fields.ts'

/** One field of a header, decoded for display. */
export interface ShownField {
  /** In lower case. */
  readonly name: string
  readonly value: string
}

/** A mail that passed through many servers has about 100 fields. */
export const mostShownFields = 500
/** In characters. */
export const longestShownValue = 4_000

/**
 * Reads every field of a header, in order, for people who want to see how a mail was sent. Never throws.
 * @param bytes the message, or at least its first `headerBlockLimit` bytes
 */
export const shownFieldsOf = (bytes: Buffer): ShownField[] => {
  try {
    const fields = inDeclaredCharset(headerFieldsOf(headerBlockOf(bytes))).slice(0, mostShownFields)
    return fields.map(({ name, value }) => ({ name, value: cutTo(decodedText(value), longestShownValue) }))
  } catch {
    // A third-party parser has a defect. The header is then not readable, as everywhere else.
    return []
  }
}
