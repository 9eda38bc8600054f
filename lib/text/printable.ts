/** The fast path: the text is already printable ASCII, like most ids and addresses. */
const plain = /^[!-~]*$/
/** Control characters and line separators. */
const breaking = /[\p{Cc}\p{Zl}\p{Zp}]+/gu
/** Unpaired surrogates, non-characters, and marks that change the direction of the text around them. */
const unprintable = /[\p{Cs}\p{Noncharacter_Code_Point}\u202a-\u202e\u2066-\u2069]/gu

/** Returns the text on one line, without unprintable characters. */
export const printable = (text: string): string =>
  plain.test(text) ? text : text.replace(breaking, ' ').replace(unprintable, '').replace(/\s+/g, ' ').trim()

/** Cuts the text to at most `limit` UTF-16 units, but never within a character. */
export const cutTo = (text: string, limit: number): string => {
  if (text.length <= limit) return text
  const end = text.charCodeAt(limit - 1)
  return text.slice(0, end >= 0xd800 && end <= 0xdbff ? limit - 1 : limit)
}

/** Cuts the text to at most `limit` bytes of UTF-8, but never within a character. */
export const cutToBytes = (text: string, limit: number): string => {
  if (Buffer.byteLength(text) <= limit) return text
  const bytes = Buffer.from(text)
  let end = limit
  // A byte of the form 10xxxxxx continues a character (RFC 3629), so a cut before it would split the character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.toString('utf8', 0, end)
}

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

/**
 * Removes characters from the end of a text. A regular expression such as `/x+$/` takes quadratic time on a text with
 * many such characters in the middle.
 * @param removed matches one character
 */
export const trimmedEnd = (text: string, removed: RegExp): string => {
  let end = text.length
  while (end > 0 && removed.test(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}

/** Removes characters from both ends of a text. */
export const trimmed = (text: string, removed: RegExp): string => {
  let start = 0
  while (start < text.length && removed.test(text.charAt(start))) start += 1
  return trimmedEnd(text.slice(start), removed)
}

/**
 * Returns the time as ISO 8601 in UTC, or undefined for an invalid date and for years before 0000 or after 9999. For
 * those years, JavaScript writes six digits and a sign, which neither RFC 3339 nor a comparison of texts allows.
 */
export const isoTimeOf = (time: Date | number): string | undefined => {
  const date = new Date(time)
  const year = date.getUTCFullYear()
  return year >= 0 && year <= 9999 ? date.toISOString() : undefined
}
