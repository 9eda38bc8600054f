/** Control characters, line separators, unpaired surrogates, and marks that change the text direction. */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu

/**
 * Escapes everything that could affect a terminal or a page, for example as `\x1b` or `\u{2028}`. Backslashes are
 * unchanged.
 */
export const escaped = (text: string): string =>
  text.replace(unsafe, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16)
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u{${code}}`
  })
