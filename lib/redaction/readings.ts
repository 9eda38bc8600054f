import { namedCharacter } from './named-characters.ts'

/** A text with one or more layers of escapes decoded, and the position of each of its UTF-16 units in the original. */
export interface Reading {
  readonly text: string
  /** The start and the end of each unit in the original. */
  readonly starts: ArrayLike<number>
  readonly ends: ArrayLike<number>
}

/** Recognises one kind of escape. Each match represents one character, so that a match never hides its neighbours. */
interface Escapes {
  readonly pattern: RegExp
  /** @returns undefined if the match is not an escape */
  readonly decode: (match: RegExpExecArray) => string | undefined
}

/** One character as escaped bytes: a complete UTF-8 sequence (RFC 3629), or a single byte. */
const escapedBytes = (prefix: string): string => {
  const byte = (first: string) => `${prefix}${first}[\\da-f]`
  const next = byte('[89ab]')
  return `${byte('[cd]')}${next}|${byte('e')}(?:${next}){2}|${byte('f')}(?:${next}){3}|${byte('[\\da-f]')}`
}

/** Hexadecimal digits between prefixes, as UTF-8, or as Latin-1 where they are not UTF-8. */
const characterOf = (written: string, prefix: RegExp): string => {
  const bytes = Buffer.from(written.replace(prefix, ''), 'hex')
  const text = bytes.toString('utf8')
  return text.includes('\ufffd') ? bytes.toString('latin1') : text
}

const codePoint = (digits: string, radix: number): string | undefined => {
  const code = Number.parseInt(digits, radix)
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}

const percent: Escapes = {
  pattern: new RegExp(escapedBytes('%'), 'gi'),
  decode: ([written]) => characterOf(written, /%/g),
}

/** application/x-www-form-urlencoded: a plus sign is a space. */
const form: Escapes = {
  pattern: new RegExp(`\\+|${escapedBytes('%')}`, 'gi'),
  decode: ([written]) => (written === '+' ? ' ' : characterOf(written, /%/g)),
}

const html: Escapes = {
  pattern: /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z][a-z\d]{1,10}));?/gi,
  decode: ([, decimal, hexadecimal, name = '']) => {
    if (decimal !== undefined) return codePoint(decimal, 10)
    return hexadecimal !== undefined ? codePoint(hexadecimal, 16) : namedCharacter(name)
  },
}

const controls: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** JSON (RFC 8259), quoted strings of IMAP (RFC 9051 section 4.3), and string literals of programming languages. */
const backslash: Escapes = {
  pattern: new RegExp(`${escapedBytes('\\\\x')}|\\\\u\\{([\\da-f]{1,6})\\}|\\\\u([\\da-f]{4})|\\\\([\\s\\S])`, 'gi'),
  decode: ([written, braced, four, single]) => {
    if (single !== undefined) return controls[single.toLowerCase()] ?? single
    const digits = braced ?? four
    return digits === undefined ? characterOf(written, /\\x/gi) : codePoint(digits, 16)
  },
}

/** RFC 2045 section 6.7, with its soft line breaks. */
const quotedPrintable: Escapes = {
  pattern: new RegExp(`=\\r?\\n|${escapedBytes('=')}`, 'gi'),
  decode: ([written]) => (written.endsWith('\n') ? '' : characterOf(written, /=/g)),
}

/** Folded lines, as in long base64 (RFC 2045 section 6.8: 76 columns). */
const folding: Escapes = { pattern: /\r?\n[ \t]*/g, decode: () => '' }

const kinds: readonly Escapes[] = [percent, form, html, backslash, quotedPrintable, folding]

/**
 * The layers of nested escapes, such as a URL in JSON. Deeper layers are not decoded, because each layer doubles the
 * work.
 */
const layers = 2

/** @returns the text itself, and every reading of it with one or two layers of escapes decoded */
export const readingsOf = (text: string): Reading[] => {
  const readings: Reading[] = [asItIs(text)]
  const known = new Set([text])
  let outer: readonly Reading[] = readings
  for (let layer = 1; layer <= layers; layer += 1) {
    const inner: Reading[] = []
    for (const reading of outer)
      for (const kind of kinds) {
        const undone = undo(reading, kind)
        if (known.has(undone.text)) continue
        known.add(undone.text)
        inner.push(undone)
      }
    readings.push(...inner)
    outer = inner
  }
  return readings
}

const asItIs = (text: string): Reading => ({
  text,
  starts: Array.from({ length: text.length }, (_, index) => index),
  ends: Array.from({ length: text.length }, (_, index) => index + 1),
})

const undo = (reading: Reading, { pattern, decode }: Escapes): Reading => {
  const pieces: string[] = []
  const starts: number[] = []
  const ends: number[] = []
  const keep = (from: number, to: number) => {
    pieces.push(reading.text.slice(from, to))
    for (let index = from; index < to; index += 1) {
      starts.push(reading.starts[index] ?? 0)
      ends.push(reading.ends[index] ?? 0)
    }
  }
  let kept = 0
  for (const match of reading.text.matchAll(pattern)) {
    const character = decode(match)
    if (character === undefined) continue
    keep(kept, match.index)
    kept = match.index + match[0].length
    pieces.push(character)
    for (let unit = 0; unit < character.length; unit += 1) {
      starts.push(reading.starts[match.index] ?? 0)
      ends.push(reading.ends[kept - 1] ?? 0)
    }
  }
  keep(kept, reading.text.length)
  return { text: pieces.join(''), starts, ends }
}
