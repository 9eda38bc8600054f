import libmime from 'libmime'
import { decode } from 'libmime/lib/charset.js'

/**
 * The only module that uses mailparser's header parsing: its charset decoder and its parameter parser. Both come from
 * libmime, in the version that mailparser pins. `mailparser` itself parses headers only as part of a stream with a
 * body. It would also bring HTML conversion and link detection, which add 330 KB to the fetch bundle and 45 ms to a
 * cold start. libmime is already in the bundle because of imapflow. Both run in linear time, and our limits apply to
 * the text before they read it.
 */

/**
 * Decodes bytes in a charset. Incomplete and invalid characters become U+FFFD.
 * @param charset at most 64 characters, because names are remembered
 * @returns undefined for charsets that libmime does not know and for UTF-7, which libmime refuses
 */
export const decodeCharset = (bytes: Buffer, charset: string): string | undefined =>
  supportsCharset(charset) ? decode(bytes, charset) : undefined

/**
 * Whether libmime knows the charset and does not refuse it. The only way to find out is to create a stream, which takes
 * longer than decoding a word.
 */
export const supportsCharset = (charset: string): boolean => {
  const remembered = knownCharsets.get(charset)
  if (remembered !== undefined) return remembered
  if (knownCharsets.size >= mostRemembered) knownCharsets.clear()
  const { supported } = libmime.createDecodeStream(charset)
  knownCharsets.set(charset, supported)
  return supported
}

const knownCharsets = new Map<string, boolean>()
/** Mail uses a few dozen charsets. The limit keeps the names in hostile mail from filling the memory. */
const mostRemembered = 200

/**
 * Splits a structured value into its first part and its parameters (RFC 2045 section 5.1), without quotes.
 * @param options.stripComments whether text in parentheses that follows a blank is a comment
 * @returns the parameters by lower-case name. If a name is repeated, the first value counts.
 */
export const splitParameters = (
  value: string,
  options: { readonly stripComments: boolean },
): { readonly value: string; readonly params: Readonly<Record<string, string>> } =>
  libmime.parseHeaderValue(value, options)

/** Joins the soft line breaks of `format=flowed` (RFC 3676). */
export const unflow = (text: string, deleteSpaces: boolean): string => libmime.decodeFlowed(text, deleteSpaces)

/** @returns an extension, for example `pdf`, or `bin` for unknown types */
export const extensionOf = (contentType: string): string => libmime.detectExtension(contentType)
