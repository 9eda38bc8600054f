import iconv from 'iconv-lite'
import { decodeCharset, supportsCharset } from './mailparser.ts'

/**
 * Decodes bytes in a charset that a mail names. Invalid bytes become U+FFFD, and nothing throws. A label that declares
 * nothing about 8-bit bytes, or that is unknown, is ignored: the bytes are read as UTF-8 if they are valid UTF-8, and
 * otherwise as windows-1252. A byte order mark is not removed from UTF-8.
 *
 * UTF-7 is decoded. It can hide markup from filters, so a filter must run after this function.
 * @param label as the mail writes it, in any case and with blanks or quotes around it
 */
export const decodeBytes = (bytes: Buffer, label: string): string => {
  const charset = charsetIn(label)
  if (charset === 'utf-8') return bytes.toString('utf8')
  if (undeclared.has(charset)) return guessed(bytes)
  if (isUtf7(charset)) return iconv.decode(bytes, 'utf-7')
  return decodeCharset(bytes, charset) ?? guessed(bytes)
}

/** Whether a label names a charset that `decodeBytes` knows. */
export const isCharset = (label: string): boolean => {
  const charset = charsetIn(label)
  return !undeclared.has(charset) && (isUtf7(charset) || supportsCharset(charset))
}

const charsetIn = (label: string): string => /[^\s"'*,;]{1,64}/.exec(label.toLowerCase())?.[0] ?? ''

/**
 * Charset names that mail programs use for any kind of 8-bit text: the names of US-ASCII (RFC 1345), transfer
 * encodings, and words for an unknown charset.
 */
const undeclared = new Set([
  ...['', 'ascii', 'us-ascii', 'us', 'csascii', 'ansi_x3.4-1968', 'ansi_x3.4-1986', 'iso-ir-6', 'iso646-us', 'cp367'],
  ...['7bit', '8bit', 'binary', 'default', 'none', 'unknown', 'unknown-8bit', 'x-unknown', 'x-user-defined'],
])

/** Whether a lower-case label is one of the names of UTF-7 in RFC 1642 and RFC 2152. */
export const isUtf7 = (charset: string): boolean => /^(?:x-)?(?:unicode-?\d-?\d-?)?utf-?7$/.test(charset)

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/**
 * The most likely charset of 8-bit text that is not UTF-8. It includes the printable characters of ISO-8859-1, the
 * reference's default.
 */
const windows1252 = new TextDecoder('windows-1252')

const guessed = (bytes: Buffer): string => {
  try {
    return utf8.decode(bytes)
  } catch {
    return windows1252.decode(bytes)
  }
}

/** In characters. The rest of a field's value is not read, because a longer value could not be displayed anyway. */
const longestValue = 64 * 1024

/** @returns the part of a value that is read. A UTF-8 character at the cut is left out completely. */
export const boundedValue = (value: string): string =>
  value.length > longestValue ? value.slice(0, longestValue).replace(/[\xc0-\xff][\x80-\xbf]{0,3}$/, '') : value

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII includes control characters
const ascii = /^[\x00-\x7f]*$/

/**
 * Converts a field's bytes to text without decoding encoded words. The bytes are read as UTF-8 if they are valid UTF-8
 * (RFC 6532), and otherwise as windows-1252. At most the first 64 KiB are read.
 * @param value one character per byte (latin1)
 */
export const textOf = (value: string): string => {
  const bounded = boundedValue(value)
  return ascii.test(bounded) ? bounded : guessed(Buffer.from(bounded, 'latin1'))
}
