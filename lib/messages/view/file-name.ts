import { cutTo, printable } from '../../text/printable.ts'
import { trimmed } from '../../text/trimmed.ts'
import { extensionOf } from '../header/mailparser.ts'

/** Characters: with an extension, and in UTF-8, still a name that every file system takes (255 bytes). */
const longestStem = 60
const longestExtension = 10

/** Separators of paths, what Windows refuses in names, and marks that hide how a name really ends. */
const unsafe = /[\\/:*?"<>|%\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g
/** Names of devices on Windows, whatever their extension. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i

/** @returns a safe file name, built from the number and type if the sender's name is not usable */
export const safeFileName = (written: string | undefined, contentType: string, index: number): string => {
  const safe = printable(written ?? '')
    .replace(unsafe, '_')
    .replace(device, '_$1')
  // Leading dots hide a file, and trailing dots and blanks vanish on Windows.
  const name = trimmed(safe, /[.\s]/)
  if (/^_*$/.test(name)) return `attachment-${index}.${defaultExtension(contentType)}`
  const dot = name.lastIndexOf('.')
  const hasExtension = dot > 0 && name.length - dot - 1 <= longestExtension
  return hasExtension
    ? `${cutTo(name.slice(0, dot), longestStem)}${name.slice(dot)}`
    : cutTo(name, longestStem + longestExtension)
}

const defaultExtension = (contentType: string): string =>
  contentType === 'message/rfc822' || contentType === 'message/global' ? 'eml' : extensionOf(contentType)
