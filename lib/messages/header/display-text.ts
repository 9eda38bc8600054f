import { printable } from '../../text/printable.ts'
import { decodeWords } from './mailparser.ts'

/** Characters of one field's value that are looked at; a longer one cannot be shown to anybody anyway. */
const longestValue = 64 * 1024

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** What 8-bit headers that are not UTF-8 most often are; the reference's default, ISO-8859-1, is a part of it. */
const windows1252 = new TextDecoder('windows-1252')

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is the whole range
const ascii = /^[\x00-\x7f]*$/
/** A field's bytes as text, encoded words undecoded: UTF-8 where it is (RFC 6532), else windows-1252. */
export const textOf = (value: string): string => {
  // What is cut off must not leave half a UTF-8 character behind: the whole text would no longer count as UTF-8.
  const bounded = value.length > longestValue ? value.slice(0, longestValue).replace(/[\x80-\xff]{1,4}$/, '') : value
  if (ascii.test(bounded)) return bounded
  const bytes = Buffer.from(bounded, 'latin1')
  try {
    return utf8.decode(bytes)
  } catch {
    return windows1252.decode(bytes)
  }
}

/** Unstructured text (RFC 5322 section 3.2.5) for people. Control characters go first: raw ones have no place in a header. */
export const decodedText = (value: string): string => printable(decodeWords(printable(textOf(value))))
