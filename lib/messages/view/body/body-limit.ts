/**
 * The maximum size of each form of the body, in bytes. It is more than a person reads, and the response stays far below
 * Lambda's 6 MB.
 */
export const bodyLimit = 1024 * 1024

export interface BodyText {
  readonly content: string
  /** Whether the text was shortened. The raw mail contains all of it. */
  readonly truncated: boolean
}

/** @returns the longest beginning that has at most `limit` bytes as JSON, where a control character takes six */
export const cutToJson = (text: string, limit: number): string => {
  if (quotes + text.length * longestEscape <= limit) return text
  let bytes = quotes
  let end = 0
  for (const character of text) {
    bytes += jsonBytes(character.codePointAt(0) ?? 0)
    if (bytes > limit) return text.slice(0, end)
    end += character.length
  }
  return text
}

/** In bytes, around a text. */
const quotes = 2
/** In bytes, for one character. */
const longestEscape = 6

/** The control characters that JSON escapes with two characters: BS, HT, LF, FF and CR. */
const shortEscapes: ReadonlySet<number> = new Set([0x08, 0x09, 0x0a, 0x0c, 0x0d])

/** The number of bytes that `JSON.stringify` and UTF-8 use for a character. It escapes unpaired surrogates. */
const jsonBytes = (code: number): number => {
  if (code < 0x20) return shortEscapes.has(code) ? 2 : 6
  if (code < 0x80) return code === 0x22 || code === 0x5c ? 2 : 1
  if (code < 0x800) return 2
  if (code >= 0xd800 && code <= 0xdfff) return 6
  return code < 0x10000 ? 3 : 4
}
