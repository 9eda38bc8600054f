import { decodeWords } from './mailparser.ts'

/** Characters of one field's value that are looked at; a longer one cannot be shown to anybody anyway. */
const longestValue = 64 * 1024

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** What 8-bit headers that are not UTF-8 most often are; the reference's default, ISO-8859-1, is a part of it. */
const windows1252 = new TextDecoder('windows-1252')

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is the whole range
const ascii = /^[\x00-\x7f]*$/
/** Nothing to do here, as with most ids and addresses. */
const plain = /^[!-~]*$/
/** Control characters and line separators. */
const breaking = /[\p{Cc}\p{Zl}\p{Zp}]+/gu
/** Halves of surrogate pairs, non-characters, and the marks that turn the direction of the text around them. */
const unprintable = /[\p{Cs}\p{Noncharacter_Code_Point}\u202a-\u202e\u2066-\u2069]/gu

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

/** On one line, without anything that could not be printed. */
export const printable = (text: string): string =>
  plain.test(text) ? text : text.replace(breaking, ' ').replace(unprintable, '').replace(/\s+/g, ' ').trim()

/** Unstructured text (RFC 5322 section 3.2.5) for people. Control characters go first: raw ones have no place in a header. */
export const decodedText = (value: string): string => printable(decodeWords(textOf(value).replace(breaking, ' ')))

/** At most `limit` UTF-16 units, never ending in half a character. */
export const cutTo = (text: string, limit: number): string => {
  if (text.length <= limit) return text
  const end = text.charCodeAt(limit - 1)
  return text.slice(0, end >= 0xd800 && end <= 0xdbff ? limit - 1 : limit)
}
