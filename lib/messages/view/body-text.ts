import iconv from 'iconv-lite'
import { decodeCharset, unflow } from '../header/mailparser.ts'
import type { MailPart } from './mail-parts.ts'

/**
 * Decodes a text part. If its charset is missing or wrong, the bytes are read as UTF-8 if they are valid UTF-8, and
 * otherwise as windows-1252.
 */
export const bodyTextOf = async (bytes: Buffer, { parameters, contentType }: MailPart): Promise<string> => {
  const text = await decoded(bytes, (parameters.charset ?? '').trim().toLowerCase())
  const unfolded = text.replace(/^\ufeff/, '').replace(/\r\n/g, '\n')
  return contentType === 'text/plain' && parameters.format?.toLowerCase() === 'flowed'
    ? unflow(unfolded, parameters.delsp?.toLowerCase() === 'yes')
    : unfolded
}

/** Charset names that are used for any kind of 8-bit text. */
const undeclared = new Set(['', 'ascii', 'us-ascii', 'unknown', 'unknown-8bit', 'x-unknown', '8bit', 'default'])
const utf7 = /^(unicode-?1-?1-?)?utf-?7$/

const decoded = async (bytes: Buffer, charset: string): Promise<string> => {
  // mailparser's decoder refuses UTF-7, because UTF-7 can hide markup from filters. Here, the filters run after
  // decoding.
  if (utf7.test(charset)) return iconv.decode(bytes, 'utf-7')
  if (undeclared.has(charset)) return guessed(bytes)
  return (await decodeCharset(bytes, charset)) ?? guessed(bytes)
}

const guessed = (bytes: Buffer): string => {
  const utf8 = bytes.toString('utf8')
  return utf8.includes('\ufffd') ? new TextDecoder('windows-1252').decode(bytes) : utf8
}
