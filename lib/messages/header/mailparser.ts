import { once } from 'node:events'
import libmime from 'libmime'
import addressparser from 'nodemailer/lib/addressparser'

/**
 * The owner of mailparser's header machinery: its address parser and its decoder of encoded words, taken from the two packages in which
 * mailparser keeps them, at the versions it pins. `mailparser` itself parses headers only as a stream with a body behind them, and brings
 * HTML conversion and link detection along: 330 KB more in the fetch bundle and 45 ms more at a cold start, while libmime is there
 * already (imapflow). Both are linear in what they are given; our limits on the text stand in front of them.
 */

export interface ParsedAddress {
  /** Encoded words undecoded. */
  readonly name: string
  /** Bare, as written; empty where there was none. */
  readonly address: string
}

/** The addresses of one field's text in their order, members of groups included. Encoded words stay encoded, so that none can split. */
export const parseAddresses = (text: string): ParsedAddress[] =>
  addressparser(text, { flatten: true }).map(({ name, address }) => ({ name, address }))

/** Decodes the encoded words of RFC 2047; those in an unknown charset as UTF-8. What cannot be decoded stays as it is written. */
export const decodeWords = (text: string): string => {
  if (!text.includes('=?')) return text
  try {
    return libmime.decodeWords(text)
  } catch {
    return text
  }
}

/** Bytes of a body as text; undefined for charsets that are unknown or (UTF-7) refused. Cut multibyte characters become U+FFFD. */
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

/** Such as `pdf`; `bin` for types nobody knows. */
export const extensionOf = (contentType: string): string => libmime.detectExtension(contentType)
