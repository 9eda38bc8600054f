import { decodeBytes, isCharset } from '../../decoding/charset.ts'
import { unflow } from '../../decoding/mailparser.ts'
import type { MailPart } from '../parts/mail-parts.ts'
import { metaCharsetOf } from './html-charset.ts'

/**
 * Decodes a text. Its charset comes from the first of these that names a known one: a byte order mark, Content-Type,
 * and the `meta` element of HTML. If none of them does, the bytes are read as UTF-8 if they are valid UTF-8, and
 * otherwise as windows-1252. Lines end with LF, and soft line breaks of `format=flowed` are joined.
 */
export const bodyTextOf = (
  bytes: Buffer,
  { parameters, contentType }: Pick<MailPart, 'parameters' | 'contentType'>,
): string => {
  const text = decodeBytes(bytes, labelOf(bytes, parameters.charset ?? '', contentType))
  // Some programs convert line endings twice, which results in CR CR LF.
  const unfolded = text.replace(/^\ufeff/, '').replace(/\r{1,2}\n/g, '\n')
  return contentType === 'text/plain' && parameters.format?.toLowerCase() === 'flowed'
    ? unflow(unfolded, parameters.delsp?.toLowerCase() === 'yes')
    : unfolded
}

const labelOf = (bytes: Buffer, declared: string, contentType: string): string =>
  markedCharsetOf(bytes) ?? (contentType !== 'text/html' || isCharset(declared) ? declared : metaCharsetOf(bytes))

/** The byte order marks that the encoding standard recognises. */
const markedCharsetOf = (bytes: Buffer): string | undefined => {
  const mark = bytes.toString('hex', 0, 3)
  if (mark === 'efbbbf') return 'utf-8'
  if (mark.startsWith('fffe')) return 'utf-16le'
  return mark.startsWith('feff') ? 'utf-16be' : undefined
}
