import { printable } from '../lib/text/printable.ts'
import { withoutMisleading } from './terminal-text.ts'

/** @returns untrusted text on one line, safe to print on a terminal */
export const plain = (text: string): string => withoutMisleading(printable(text))

/** Does the same as `plain`, but keeps line breaks. */
export const plainLines = (text: string): string =>
  text
    .split(/\r\n|\r|\n/)
    .map(printableLine)
    .join('\n')

/** Keeps leading spaces, because they are layout. */
const printableLine = (line: string): string => `${/^ */.exec(line)?.[0] ?? ''}${plain(line)}`
