import { printable } from '../lib/text/printable.ts'
import { withoutMisleading } from './terminal-text.ts'

/** Text from anywhere, on one line and harmless for a terminal. */
export const plain = (text: string): string => withoutMisleading(printable(text))

/** The same for text that has lines. */
export const plainLines = (text: string): string =>
  text
    .split(/\r\n|\r|\n/)
    .map(printableLine)
    .join('\n')

/** Leading blanks are layout. */
const printableLine = (line: string): string => `${/^ */.exec(line)?.[0] ?? ''}${plain(line)}`
