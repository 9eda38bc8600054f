/**
 * Rewrites an address field so that the address parser reads it as its writer meant it. It accepts the obsolete forms
 * of RFC 5322 section 4.4, which allow blanks and comments around every dot and `@`, and common faults such as a
 * missing bracket. Quoted strings and encoded words are hidden from the parser, so that nothing in them counts as an
 * address. `revealed` restores them in the parser's results. Each character is visited a fixed number of times.
 * @param text contains only ASCII and escaped bytes (`escapedBytes`)
 */
export const tidyAddresses = (text: string): string => {
  const entry = new Entry()
  let list = ''
  for (const piece of piecesOf(text.replace(/\s/g, ' '))) {
    if (piece === '<') entry.open()
    else if (piece === '>') entry.close()
    else if (isSeparator(piece) && !entry.isRoute(piece)) list += entry.end() + piece
    else entry.add(piece)
  }
  return (list + entry.end()).replace(quotedLocalPart, (_hidden, content: string) => quoted(revealed(content)))
}

/** Replaces the hidden characters in the parser's results with the characters in the field, without the quotes. */
export const revealed = (text: string): string =>
  text
    .replace(/[\ue001\ue002]/g, '')
    .replace(/[\ue020-\ue07f]/g, (hidden) => String.fromCharCode(hidden.charCodeAt(0) - firstHidden))

/** Hidden characters are in Unicode's private use area, which escaped bytes never are. */
const firstHidden = 0xe000
const hidden = (text: string): string =>
  text.replace(/[ "'(),.:;<>@[\\\]]/g, (special) => String.fromCharCode(special.charCodeAt(0) + firstHidden))

/** A hidden quoted string before a dot or `@` is a local part or a piece of one (RFC 5322 section 4.4). */
const quotedLocalPart = /\ue001([^\ue001\ue002]*)\ue002(?=[.@])/g
const quoted = (content: string): string => `"${content.replace(/["\\]/g, '\\$&')}"`

const isSeparator = (piece: string): boolean => piece === ',' || piece === ';' || piece === ':'

/** Removes the blanks around dots and `@`. */
const joined = (text: string): string => text.replace(/ +/g, ' ').replace(/ ?([.@]) ?/g, '$1')

/** The text between two separators: a mailbox, the name of a group, or nothing. */
class Entry {
  /** The entry as written, with its brackets closed. */
  #text = ''
  /** The entry without its comments. */
  #bare = ''
  #comments = ''
  /** The text in open brackets. */
  #bracket: string | undefined
  #hasAddress = false

  /** A bracket inside brackets replaces the text before it. An entry has one address, so later brackets are text. */
  open(): void {
    if (this.#hasAddress) this.add(' ')
    else this.#bracket = ''
  }

  close(): void {
    if (this.#bracket === undefined) {
      this.add(' ')
      return
    }
    this.#text += `<${joined(this.#bracket).trim()}>`
    this.#bracket = undefined
    this.#hasAddress = true
  }

  /** Whether a separator is part of the text in brackets, as in `<@a.example,@b.example:c@d.example>`. */
  isRoute(separator: string): boolean {
    return this.#bracket !== undefined && (separator === ':' || (separator === ',' && /^ *@/.test(this.#bracket)))
  }

  add(piece: string): void {
    const isComment = piece.startsWith('(')
    if (isComment) this.#comments += ` ${piece}`
    if (this.#bracket !== undefined) this.#bracket += isComment ? ' ' : piece
    else {
      this.#text += piece
      this.#bare += isComment ? ' ' : piece
    }
  }

  /** @returns the entry for the parser, which is empty if there were only comments */
  end(): string {
    if (this.#bracket !== undefined) this.close()
    const text = this.#hasAddress ? this.#text : this.#textWithoutBrackets()
    this.#text = ''
    this.#bare = ''
    this.#comments = ''
    this.#hasAddress = false
    return text
  }

  /** Blanks around dots may also belong to a name, so they are kept unless the whole entry is an address. */
  #textWithoutBrackets(): string {
    const address = joined(this.#bare).trim()
    if (/^[^ @]+@[^ @]+$/.test(address)) return address + this.#comments
    return address === '' ? '' : this.#text
  }
}

/** A quoted string, an encoded word, a domain literal, a run of plain text, or a single character. */
const pieceForm = /"(?:[^"\\]|\\[\s\S])*"|=\?[^\s?]{1,64}\?[bq]\?[^?]*\?=|\[[^[\]\\ ,;]*\]|[^"(),:;<=>[]+|[\s\S]/iy

function* piecesOf(text: string): Generator<string> {
  // A quote or a parenthesis that never ends is a fault. All later ones then count as single characters as well.
  let quotesEnd = true
  let commentsEnd = true
  const pieceAt = (at: number): string => {
    if (text[at] === '(') {
      const end: number | undefined = commentsEnd ? endOfComment(text, at) : undefined
      commentsEnd = end !== undefined
      return text.slice(at, end ?? at + 1)
    }
    if (text[at] === '"' && !quotesEnd) return '"'
    pieceForm.lastIndex = at
    const piece = pieceForm.exec(text)?.[0] ?? ''
    quotesEnd &&= piece !== '"'
    return piece
  }
  for (let at = 0; at < text.length; ) {
    const piece = pieceAt(at)
    at += piece.length
    yield forParser(piece)
  }
}

/** Hides quoted strings and encoded words, and replaces unmatched quotes and parentheses with blanks. */
const forParser = (piece: string): string => {
  if (piece.length === 1) return /["()]/.test(piece) ? ' ' : piece
  if (piece.startsWith('"')) return `\ue001${hidden(piece.slice(1, -1).replace(/\\([\s\S])/g, '$1'))}\ue002`
  return piece.startsWith('=?') ? hidden(piece) : piece
}

/** Comments may be nested and contain escaped parentheses (RFC 5322 section 3.2.2). */
const endOfComment = (text: string, start: number): number | undefined => {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '(') depth += 1
    else if (text[at] === ')') {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return undefined
}
