import { type Reading, readingsOf } from './readings.ts'
import { foldCase, type Secret, spellingsOf } from './spellings.ts'

export type { Secret }

/**
 * The number of consecutive characters that reveal a part of a secret, at any position. A server may cut the text that
 * it repeats, and a line may end anywhere. A shorter secret is hidden where it appears completely.
 */
const telling = 8
/**
 * In characters. A shorter secret, such as `a` or `ok`, is part of many words, so it is hidden only where it is a
 * separate word.
 */
const shortestAnywhere = 4
/** In characters. Callers show at most 2,000 characters, and the search time is proportional to this limit. */
const longestText = 16 * 1024
/**
 * In characters. It is longer than `telling` characters of a secret in two layers of escapes. The end of a cut text
 * could contain a part that is too short to find.
 */
const cutMargin = 256

/** Hides secrets in a foreign text. Call it before the text is cut to size. */
export type Redact = (text: string) => string

/**
 * Hides secrets in foreign texts, in upper or lower case and in every form that programs are likely to produce: escaped
 * (URL, form, HTML, JSON, quoted string, quoted-printable), encoded (base64 alone or inside a longer text,
 * hexadecimal), folded, cut, or decoded with a wrong charset. No other code hides secrets.
 * @param mark replaces each secret
 */
export const redaction = (secrets: readonly Secret[], mark = '…'): Redact => {
  let search: Search | undefined
  return (text) => {
    // The spellings are computed on demand, because most sessions never show a foreign text and a token can have 32 KB.
    search ??= searchFor(secrets)
    const looked = text.slice(0, longestText)
    const hidden = new Uint8Array(looked.length)
    for (const reading of readingsOf(looked)) findIn(reading, search, hidden)
    const end = text.length > longestText ? longestText - cutMargin : text.length
    return `${shown(looked.slice(0, end), hidden, mark)}${end < text.length ? '…' : ''}`
  }
}

interface Search {
  /** Pieces of long spellings. The value is true if a spelling is base64. */
  readonly pieces: ReadonlyMap<string, boolean>
  readonly short: ReadonlyArray<{ readonly spelling: string; readonly encoded: boolean }>
}

const searchFor = (secrets: readonly Secret[]): Search => {
  const pieces = new Map<string, boolean>()
  const short = new Map<string, boolean>()
  const add = (spelling: string, encoded: boolean) => {
    if (spelling.length < telling) short.set(spelling, encoded)
    for (let index = 0; index + telling <= spelling.length; index += 1)
      pieces.set(spelling.slice(index, index + telling), encoded)
  }
  for (const { plain, encoded } of secrets.map(spellingsOf)) {
    for (const spelling of encoded) add(spelling, true)
    // A spelling that is both counts as plain, so that a match is not extended.
    for (const spelling of plain) add(spelling, false)
  }
  return { pieces, short: [...short].map(([spelling, encoded]) => ({ spelling, encoded })) }
}

const findIn = (reading: Reading, { pieces, short }: Search, hidden: Uint8Array): void => {
  const text = foldCase(reading.text)
  // The end of the last match. Extending a match to the left stops here, so that no letter is examined twice.
  let done = 0
  const hide = (from: number, to: number, encoded: boolean) => {
    if (to <= done) return
    const begin = encoded ? beginOfBase64(text, from, done) : from
    const end = encoded ? endOfBase64(text, to) : to
    for (let index = Math.max(begin, done); index < end; index += 1)
      hidden.fill(1, reading.starts[index], reading.ends[index])
    done = end
  }
  for (let index = 0; index + telling <= text.length; index += 1) {
    const encoded = pieces.get(text.slice(index, index + telling))
    if (encoded !== undefined) hide(index, index + telling, encoded)
  }
  for (const { spelling, encoded } of short) {
    done = 0
    for (let index = text.indexOf(spelling); index >= 0; index = text.indexOf(spelling, index + 1))
      if (spelling.length >= shortestAnywhere || isWord(text, index, spelling.length))
        hide(index, index + spelling.length, encoded)
  }
}

const base64Letter = /[a-z\d+/_-]/
const wordLetter = /[\p{L}\p{N}]/u

const beginOfBase64 = (text: string, from: number, done: number): number => {
  let begin = from
  while (begin > done && base64Letter.test(text.charAt(begin - 1))) begin -= 1
  return begin
}

/** Includes the padding. */
const endOfBase64 = (text: string, to: number): number => {
  let end = to
  while (base64Letter.test(text.charAt(end))) end += 1
  for (let padding = 0; padding < 2 && text.charAt(end) === '='; padding += 1) end += 1
  return end
}

const isWord = (text: string, index: number, length: number): boolean =>
  !wordLetter.test(text.charAt(index - 1)) && !wordLetter.test(text.charAt(index + length))

const shown = (text: string, hidden: Uint8Array, mark: string): string => {
  const parts: string[] = []
  for (let from = 0; from < text.length; ) {
    let to = hidden.indexOf(hidden[from] === 1 ? 0 : 1, from)
    if (to < 0 || to > text.length) to = text.length
    parts.push(hidden[from] === 1 ? mark : text.slice(from, to))
    from = to
  }
  return parts.join('')
}
