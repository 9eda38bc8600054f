import iconv from 'iconv-lite'
import { decodeCharset, unflow } from '../header/mailparser.ts'
import type { MailPart } from './mail-parts.ts'

/** A text part's bytes as text: by its charset, or, where it names none or a wrong one, as UTF-8 if they are that, else windows-1252. */
export const bodyTextOf = async (bytes: Buffer, { parameters, contentType }: MailPart): Promise<string> => {
  const text = await decoded(bytes, (parameters.charset ?? '').trim().toLowerCase())
  const unfolded = text.replace(/^\ufeff/, '').replace(/\r\n/g, '\n')
  return contentType === 'text/plain' && parameters.format?.toLowerCase() === 'flowed'
    ? unflow(unfolded, parameters.delsp?.toLowerCase() === 'yes')
    : unfolded
}

/** Names under which 8-bit text of every kind travels. */
const undeclared = new Set(['', 'ascii', 'us-ascii', 'unknown', 'unknown-8bit', 'x-unknown', '8bit', 'default'])
const utf7 = /^(unicode-?1-?1-?)?utf-?7$/

const decoded = async (bytes: Buffer, charset: string): Promise<string> => {
  // mailparser's decoder refuses UTF-7, because it hides markup from filters. Here filters come after decoding.
  if (utf7.test(charset)) return iconv.decode(bytes, 'utf-7')
  if (undeclared.has(charset)) return guessed(bytes)
  return (await decodeCharset(bytes, charset)) ?? guessed(bytes)
}

const guessed = (bytes: Buffer): string => {
  const utf8 = bytes.toString('utf8')
  return utf8.includes('\ufffd') ? new TextDecoder('windows-1252').decode(bytes) : utf8
}
