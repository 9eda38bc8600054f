import { isUtf8 } from 'node:buffer'
import { decodeBytes, isCharset } from '../decoding/charset.ts'
import { mediaTypeOf } from '../decoding/parameters.ts'
import type { HeaderField } from './header-fields.ts'

/**
 * Converts raw 8-bit values to UTF-8, the only charset that RFC 6532 allows for them. Programs that write other 8-bit
 * text use the charset that Content-Type declares for the message. Values with encoded words stay as they are, because
 * each word declares its own charset. So do values that cannot be in the declared charset.
 */
export const inDeclaredCharset = (fields: readonly HeaderField[]): readonly HeaderField[] => {
  if (fields.every(isReadable)) return fields
  const contentType = fields.find(({ name, disguised }) => name === 'content-type' && !disguised)
  const charset = mediaTypeOf(contentType?.value).parameters.charset ?? ''
  if (!isCharset(charset) || !extendsAscii(charset)) return fields
  return fields.map((field) => (isReadable(field) ? field : { ...field, value: utf8Of(field.value, charset) }))
}

/**
 * Whether a charset leaves ASCII text unchanged. Other charsets, such as UTF-16 and UTF-7, would change the ASCII
 * characters of a field, or could hide an address in them.
 */
const extendsAscii = (charset: string): boolean => decodeBytes(Buffer.from(asciiText), charset) === asciiText

/** Contains every kind of ASCII text that some charset decodes differently, such as `+ADw-` in UTF-7 and `~{` in HZ. */
const asciiText = 'Jane "J" <jane@a.example>, (b); [c]: +ADw- ~{<:Ky2;~} \x1b$B;Y\x1b(B'

const isReadable = ({ value }: HeaderField): boolean =>
  !/[\x80-\xff]/.test(value) || value.includes('=?') || isUtf8(Buffer.from(value, 'latin1'))

/** Control characters beyond ASCII, and the mark of an invalid byte. No one writes them in a header. */
const unlikely = /[\x80-\x9f\ufffd]/

/** @returns the value itself if it does not seem to be in the charset */
const utf8Of = (value: string, charset: string): string => {
  const text = decodeBytes(Buffer.from(value, 'latin1'), charset)
  return unlikely.test(text) ? value : Buffer.from(text).toString('latin1')
}
