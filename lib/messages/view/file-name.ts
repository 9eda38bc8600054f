import { cutTo, printable, trimmed } from '../../text/printable.ts'
import { extensionOf } from '../decoding/mailparser.ts'
import { isMessageType } from './parts/part-header.ts'

/** In characters. With an extension and in UTF-8, the name still fits every file system (255 bytes). */
const longestStem = 60
const longestExtension = 10

/** Path separators, characters that Windows refuses in names, and marks that hide the real end of a name. */
const unsafe = /[\\/:*?"<>|%\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g
/** Device names on Windows, with any extension. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i

/** @returns a safe file name, built from the number and type if the sender's name is not usable */
export const safeFileName = (written: string | undefined, contentType: string, index: number): string => {
  const safe = printable(written ?? '')
    .replace(unsafe, '_')
    .replace(device, '_$1')
  // Leading dots hide a file. Windows removes trailing dots and spaces.
  const name = trimmed(safe, /[.\s]/)
  if (/^_*$/.test(name)) return `attachment-${index}.${defaultExtension(contentType)}`
  const dot = name.lastIndexOf('.')
  const hasExtension = dot > 0 && name.length - dot - 1 <= longestExtension
  return hasExtension
    ? `${cutTo(name.slice(0, dot), longestStem)}${name.slice(dot)}`
    : cutTo(name, longestStem + longestExtension)
}

const defaultExtension = (contentType: string): string =>
  isMessageType(contentType) ? 'eml' : extensionOf(contentType)
