import { printable } from '../../lib/text/printable.ts'

/**
 * Characters that control a terminal or that a reader cannot see: controls (C1 controls start escape sequences), line
 * separators, marks that change the direction of text, and invisible characters. Variation selectors and the joiners,
 * which Persian and emoji need, are not included.
 */
const misleading =
  /[[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]--[\n\t\u034f\u200c\u200d\ufe00-\ufe0f\u{e0100}-\u{e01ef}]]/gv

/** The sequences that commands themselves send to a terminal: colours, and the progress line that replaces itself. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: this expression finds escape sequences
const ownSequences = /(\u001b\[[\d;]*m|\r\u001b\[K)/

/** @returns the text without misleading characters; line feeds, tabs and the commands' own sequences remain */
export const forTerminal = (text: string): string =>
  text
    .split(ownSequences)
    // Every second part is one of these sequences.
    .map((part, index) => (index % 2 === 1 ? part : withoutMisleading(part)))
    .join('')

export const withoutMisleading = (text: string): string => text.replace(misleading, '')

export const isMisleading = (text: string): boolean => text.search(misleading) !== -1

/** @returns equivalent JSON in which each UTF-16 unit of a misleading character is `\uXXXX` */
export const withMisleadingEscaped = (text: string): string =>
  text.replace(misleading, (character) =>
    Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
      .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
      .join(''),
  )

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

/** @returns JSON for `--json` that parses to the same value and is safe to print on a terminal */
export const jsonText = (value: unknown): string => withMisleadingEscaped(JSON.stringify(value, null, 2))
