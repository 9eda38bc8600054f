import { printable } from '../../text/printable.ts'
import { boundedValue, decodeBytes, isUtf7, textOf } from './charset.ts'

/**
 * Decodes unstructured text (RFC 5322 section 3.2.5) with its encoded words (RFC 2047) for display.
 * @param value one character per byte (latin1)
 */
export const decodedText = (value: string): string => printable(decodedWords(value))

/**
 * Decodes encoded words and the raw 8-bit text around them.
 * @param value one character per byte (latin1)
 */
export const decodedWords = (value: string): string => {
  const bounded = boundedValue(value)
  if (!bounded.includes('=?')) return textOf(bounded)
  let text = ''
  let end = 0
  let run: Word[] = []
  for (const word of wordsIn(bounded)) {
    const between = bounded.slice(end, word.start)
    // Blanks between adjacent encoded words are not part of the text (RFC 2047 section 6.2).
    const adjacent = run.length > 0 && /^[ \t\r\n]*$/.test(between)
    if (!adjacent) text += decodedRun(run) + textOf(between)
    else if (run[0]?.charset !== word.charset) text += decodedRun(run)
    if (adjacent && run[0]?.charset === word.charset) run.push(word)
    else run = [word]
    end = word.end
  }
  return text + decodedRun(run) + textOf(bounded.slice(end))
}

interface Word {
  readonly start: number
  readonly end: number
  readonly charset: string
  readonly encoding: string
  readonly content: string
}

/**
 * The beginning of an encoded word. A language may follow the charset (RFC 2231 section 5). No charset has a longer
 * name.
 */
const beginning = /=\?([^\s?="(),;<>@[\\\]]{1,64})\?([BbQq])\?/g
const ending = '?='

/**
 * Finds the encoded words, in order. Their content may contain blanks and question marks, because many programs do not
 * encode these. A word stays as written if another one interrupts it or if it does not end.
 *
 * Each character is visited a fixed number of times, so even a text full of beginnings takes linear time.
 */
function* wordsIn(value: string): Generator<Word> {
  const next = (from: number) => {
    beginning.lastIndex = from
    return beginning.exec(value) ?? undefined
  }
  let end = 0
  for (let found = next(0); found; ) {
    const [whole, charset = '', encoding = ''] = found
    const from = found.index + whole.length
    if (end < from) end = value.indexOf(ending, from)
    if (end === -1) return
    let following = next(from)
    if (!following || following.index >= end) {
      const start = found.index
      const past = end + ending.length
      yield {
        start,
        end: past,
        charset: charset.replace(/\*.*/, '').toLowerCase(),
        encoding: encoding.toLowerCase(),
        content: value.slice(from, end),
      }
      if (following && following.index < past) following = next(past)
    }
    found = following
  }
}

/**
 * Decodes adjacent words of one charset. Their bytes are joined first, because some programs split a character over two
 * words. UTF-7 is the exception: the end of a word also ends the base64 in it.
 */
const decodedRun = (words: readonly Word[]): string => {
  const charset = words[0]?.charset ?? ''
  const decoded = (bytes: string) => decodeBytes(Buffer.from(bytes, 'latin1'), charset)
  const contents = wordBytes(words)
  if (isUtf7(charset)) return contents.map(decoded).join('')
  return decoded(/^iso-?2022-?jp/.test(charset) ? joinedJapanese(contents) : contents.join(''))
}

/** @returns the bytes of each word (latin1), or of several words if their encoded text continues from one to the next */
const wordBytes = (words: readonly Word[]): string[] => {
  const groups: Word[][] = []
  for (const word of words) {
    const group = groups.at(-1)
    if (group?.[0]?.encoding === word.encoding) group.push(word)
    else groups.push([word])
  }
  return groups.flatMap((group) => {
    const contents = group.map(({ content }) => content)
    return group[0]?.encoding === 'b' ? base64Bytes(contents) : quotedBytes(contents)
  })
}

/**
 * Some programs split base64 at any character, and others leave out the padding. The length shows which of the two it
 * is.
 */
const base64Bytes = (contents: readonly string[]): string[] => {
  const texts = contents.map((content) => content.replace(/[^\w+/=-]/g, ''))
  const lengths = texts.map(({ length }) => length % 4)
  const joined = texts.join('')
  const isSplit = lengths.slice(0, -1).some((length) => length > 0) && (joined.length % 4 === 0 || lengths.includes(1))
  return (isSplit ? [joined] : texts).map((text) =>
    // Base64 continues after the padding. Node would ignore the rest.
    text
      .split('=')
      .map((part) => Buffer.from(part, 'base64').toString('latin1'))
      .join(''),
  )
}

/** An encoded byte such as `=C3` may be split between two words, and a folded word may contain a blank in it. */
const quotedBytes = (contents: readonly string[]): string[] => {
  const texts: string[] = []
  for (const content of contents) {
    const before = texts.at(-1) ?? ''
    if (/=[\da-f]?$/i.test(before.slice(-2))) texts[texts.length - 1] = before + content
    else texts.push(content)
  }
  return texts.map((text) =>
    text
      .replaceAll('_', ' ')
      .replace(/=[ \t]?([\da-f]{2})/gi, (_written, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  )
}

/**
 * Every word in ISO-2022-JP begins in ASCII (RFC 2047 section 3), so a word that does not return to ASCII must not
 * change the next one. However, if the next escape sequence returns to ASCII, a program has split the text without
 * regard to words, and the next word continues in the same state.
 */
const joinedJapanese = (contents: readonly string[]): string => {
  let joined = ''
  let continues = false
  for (const content of contents.toReversed()) {
    const at = content.indexOf('\x1b')
    if (at !== -1) continues = ['\x1b(B', '\x1b(J'].includes(content.slice(at, at + 3))
    joined = (continues ? '' : '\x1b(B') + content + joined
  }
  return joined
}
