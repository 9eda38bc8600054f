import { printable } from '../../text/printable.ts'
import type { HeaderField } from './header-fields.ts'
import { decodeWords, type ParsedAddress, parseAddresses } from './mailparser.ts'

/** The number of characters of a field's value that are read. A longer value could not be displayed anyway. */
const longestValue = 64 * 1024

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/**
 * The most likely charset of 8-bit headers that are not UTF-8. It includes the printable characters of ISO-8859-1, the
 * reference's default.
 */
const windows1252 = new TextDecoder('windows-1252')

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is the whole range
const ascii = /^[\x00-\x7f]*$/
/**
 * Converts a field's bytes to text without decoding encoded words. The bytes are read as UTF-8 if they are valid UTF-8
 * (RFC 6532), and otherwise as windows-1252.
 */
export const textOf = (value: string): string => {
  // The cut must not leave an incomplete UTF-8 character, because the text would then not count as UTF-8.
  const bounded = value.length > longestValue ? value.slice(0, longestValue).replace(/[\x80-\xff]{1,4}$/, '') : value
  if (ascii.test(bounded)) return bounded
  const bytes = Buffer.from(bounded, 'latin1')
  try {
    return utf8.decode(bytes)
  } catch {
    return windows1252.decode(bytes)
  }
}

/**
 * Decodes unstructured text (RFC 5322 section 3.2.5) for display. Control characters are removed first, because a
 * header must not contain raw ones.
 */
export const decodedText = (value: string): string => printable(decodeWords(printable(textOf(value))))

export type AddressesOf = (field: HeaderField) => readonly ParsedAddress[]

/**
 * Parses each field only once. The summary and the recipients both need the addresses, and parsing them is half the
 * work on a header.
 */
export const rememberedAddresses = (): AddressesOf => {
  const known = new Map<HeaderField, ParsedAddress[]>()
  return (field) => {
    const remembered = known.get(field)
    if (remembered) return remembered
    const addresses = field.value.trim() === '' ? [] : parseAddresses(textOf(field.value))
    known.set(field, addresses)
    return addresses
  }
}
