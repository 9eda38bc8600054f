import { once } from 'node:events'
import libmime from 'libmime'
import addressparser from 'nodemailer/lib/addressparser'

/**
 * The only module that uses mailparser's header parsing: its address parser and its decoder of encoded words. Both come
 * from the packages that mailparser uses, at the versions it pins. `mailparser` itself parses headers only as part of a
 * stream with a body. It would also bring HTML conversion and link detection, which add 330 KB to the fetch bundle and
 * 45 ms to a cold start. libmime is already in the bundle because of imapflow. Both parsers run in linear time, and our
 * limits bound the text before they see it.
 */

export interface ParsedAddress {
  /** The name, with encoded words not decoded. */
  readonly name: string
  /** The bare address as written. It is empty if there was none. */
  readonly address: string
}

/**
 * Parses the addresses of one field, in order and including members of groups. Encoded words stay encoded, so that
 * their content cannot split an address.
 */
export const parseAddresses = (text: string): ParsedAddress[] =>
  addressparser(text, { flatten: true }).map(({ name, address }) => ({ name, address }))

/**
 * Decodes encoded words (RFC 2047). An unknown charset is read as UTF-8. Text that cannot be decoded stays as written.
 */
export const decodeWords = (text: string): string => {
  if (!text.includes('=?')) return text
  try {
    return libmime.decodeWords(text)
  } catch {
    return text
  }
}

/**
 * Decodes the bytes of a body. Cut multibyte characters become U+FFFD.
 * @returns undefined for unknown charsets and for UTF-7, which is refused
 */
export const decodeCharset = async (bytes: Buffer, charset: string): Promise<string | undefined> => {
  const decoder = libmime.createDecodeStream(charset)
  if (!decoder.supported) return undefined
  const decoded: Buffer[] = []
  decoder.on('data', (chunk: Buffer) => decoded.push(chunk))
  const ended = once(decoder, 'end')
  decoder.end(bytes)
  await ended
  return Buffer.concat(decoded).toString('utf8')
}

/** Joins the soft line breaks of `format=flowed` (RFC 3676). */
export const unflow = (text: string, deleteSpaces: boolean): string => libmime.decodeFlowed(text, deleteSpaces)

/** @returns an extension, for example `pdf`, or `bin` for unknown types */
export const extensionOf = (contentType: string): string => libmime.detectExtension(contentType)
