/** Nothing to do here, as with most ids and addresses. */
const plain = /^[!-~]*$/
/** Control characters and line separators. */
const breaking = /[\p{Cc}\p{Zl}\p{Zp}]+/gu
/** Halves of surrogate pairs, non-characters, and the marks that turn the direction of the text around them. */
const unprintable = /[\p{Cs}\p{Noncharacter_Code_Point}\u202a-\u202e\u2066-\u2069]/gu

/** On one line, without anything that could not be printed. */
export const printable = (text: string): string =>
  plain.test(text) ? text : text.replace(breaking, ' ').replace(unprintable, '').replace(/\s+/g, ' ').trim()

/** At most `limit` UTF-16 units, never ending in half a character. */
export const cutTo = (text: string, limit: number): string => {
  if (text.length <= limit) return text
  const end = text.charCodeAt(limit - 1)
  return text.slice(0, end >= 0xd800 && end <= 0xdbff ? limit - 1 : limit)
}

/** The same in bytes of UTF-8. */
export const cutToBytes = (text: string, limit: number): string => {
  if (Buffer.byteLength(text) <= limit) return text
  const bytes = Buffer.from(text)
  let end = limit
  // 10xxxxxx continues a character (RFC 3629): a cut in front of it would halve one.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.toString('utf8', 0, end)
}
