/** Control characters, separators of lines, halves of surrogate pairs, and the marks that turn the direction of text. */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu

/** The text with everything that could act on a terminal or a page written out: `\x1b`, `\u{2028}`. Backslashes stay as they are. */
export const escaped = (text: string): string =>
  text.replace(unsafe, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16)
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u{${code}}`
  })
