/**
 * What a terminal obeys or a reader cannot see: controls (C1 ones begin escape sequences), separators of lines, marks that turn the direction of
 * text, and characters without a shape. The joiners, which Persian and emoji need, and variation selectors stay.
 */
const misleading =
  /[[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]--[\n\t\u034f\u200c\u200d\ufe00-\ufe0f\u{e0100}-\u{e01ef}]]/gv

/** What commands themselves send to a terminal: colours, and the progress line that replaces itself. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this looks for
const ownSequences = /(\u001b\[[\d;]*m|\r\u001b\[K)/

/** Text without anything misleading; line feeds, tabs and the commands' own sequences stay. */
export const forTerminal = (text: string): string =>
  text
    .split(ownSequences)
    // Every second part is one of the sequences.
    .map((part, index) => (index % 2 === 1 ? part : withoutMisleading(part)))
    .join('')

export const withoutMisleading = (text: string): string => text.replace(misleading, '')

export const isMisleading = (text: string): boolean => text.search(misleading) !== -1

/** The same text to every reader of JSON: each UTF-16 unit of a misleading character becomes `\uXXXX`. */
export const withMisleadingEscaped = (text: string): string =>
  text.replace(misleading, (character) =>
    Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
      .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
      .join(''),
  )
