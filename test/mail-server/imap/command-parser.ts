/** A command that cannot be parsed. It is answered with BAD. */
export class SyntaxRefused extends Error {
  override readonly name = 'SyntaxRefused'
}

export type Token = string | Token[]

const special = new Set(['(', ')', ' ', '"'])

/**
 * Parses the arguments of one command (RFC 3501 section 9): atoms, quoted strings, literals (`{n}` CRLF and the bytes,
 * already read) and lists. It works on latin1 text, so strings are returned as their bytes; `utf8` converts them to
 * text.
 */
export class CommandParser {
  private readonly text: string
  private at = 0

  constructor(text: string) {
    this.text = text
  }

  get atEnd(): boolean {
    return this.at >= this.text.length
  }

  skipSpace(): void {
    while (this.text[this.at] === ' ') this.at += 1
  }

  next(): Token {
    this.skipSpace()
    const char = this.text[this.at]
    if (char === undefined) throw new SyntaxRefused('missing argument')
    if (char === '(') return this.list()
    if (char === '"') return this.quoted()
    const literal = /^~?\{(\d+)[+-]?\}\r\n/.exec(this.text.slice(this.at, this.at + 24))
    if (literal) return this.literal(literal[0].length, Number(literal[1]))
    return this.atom()
  }

  string(): string {
    const token = this.next()
    if (typeof token !== 'string') throw new SyntaxRefused('a string was expected')
    return token
  }

  rest(): Token[] {
    const tokens: Token[] = []
    for (this.skipSpace(); !this.atEnd; this.skipSpace()) tokens.push(this.next())
    return tokens
  }

  private list(): Token[] {
    const items: Token[] = []
    this.at += 1
    for (;;) {
      this.skipSpace()
      if (this.atEnd) throw new SyntaxRefused('unbalanced parenthesis')
      if (this.text[this.at] === ')') {
        this.at += 1
        return items
      }
      items.push(this.next())
    }
  }

  private quoted(): string {
    let value = ''
    for (this.at += 1; this.at < this.text.length; this.at += 1) {
      const char = this.text[this.at]
      if (char === '"') {
        this.at += 1
        return value
      }
      if (char === '\\') this.at += 1
      value += this.text[this.at] ?? ''
    }
    throw new SyntaxRefused('unbalanced quote')
  }

  private literal(header: number, size: number): string {
    const from = this.at + header
    this.at = from + size
    return this.text.slice(from, this.at)
  }

  /** An atom. Brackets keep their content together: `BODY.PEEK[HEADER.FIELDS (TO)]<0.100>`. */
  private atom(): string {
    const from = this.at
    let depth = 0
    for (; this.at < this.text.length; this.at += 1) {
      const char = this.text[this.at] ?? ''
      if (char === '[') depth += 1
      else if (char === ']') depth -= 1
      else if (depth === 0 && special.has(char)) break
    }
    if (this.at === from) throw new SyntaxRefused('unexpected character')
    return this.text.slice(from, this.at)
  }
}

export const utf8 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8')

/** Quotes the text if that is sufficient, otherwise writes a literal. */
export const quote = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text)
    ? `"${text.replace(/["\\]/g, '\\$&')}"`
    : `{${Buffer.byteLength(text, 'utf8')}}\r\n${Buffer.from(text, 'utf8').toString('latin1')}`

/** @returns the members of `all` (ascending) in a sequence set; `*` is the largest */
export function selectNumbers(set: string, all: readonly number[]): number[] {
  if (!/^[\d*:,]+$/.test(set)) throw new SyntaxRefused('bad sequence set')
  const largest = all.at(-1) ?? 0
  const chosen = new Set<number>()
  for (const part of set.split(',')) {
    const [low = 0, high = low] = part.split(':').map((end) => (end === '*' ? largest : Number(end)))
    const from = Math.min(low, high)
    const to = Math.max(low, high)
    if (from === to) chosen.add(from)
    else for (const number of all) if (number >= from && number <= to) chosen.add(number)
  }
  return all.filter((number) => chosen.has(number))
}

/** Formats `1,2,3,7` as `1:3,7`. */
export function numberSet(numbers: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const number of numbers) {
    const last = ranges.at(-1)
    if (last && last[1] === number - 1) last[1] = number
    else ranges.push([number, number])
  }
  return ranges.map(([low, high]) => (low === high ? `${low}` : `${low}:${high}`)).join(',')
}
