/**
 * Splits an address field into quoted strings, encoded words, domain literals, comments, runs of plain text and single
 * special characters. Special characters within strings, words and literals are hidden: they are replaced with
 * private-use characters, so that nothing in them counts as an address. Line breaks become blanks. Each character is
 * visited a fixed number of times.
 * @param value one character per byte (latin1), so that the field itself cannot contain hidden characters
 */
export function* addressPiecesOf(value: string): Generator<string> {
  const text = value.replace(/[\t-\r]/g, ' ')
  // If a quoted string or a comment never ends, its first character and all later ones like it are single characters.
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
    yield shownToParser(piece)
  }
}

/** Turns hidden characters back into those that the field contains. */
export const revealed = (text: string): string =>
  text.replace(/[\ue020-\ue07f]/g, (special) => String.fromCharCode(special.charCodeAt(0) - firstHidden))

const firstHidden = 0xe000

const hidden = (text: string): string =>
  text.replace(/[ "'(),.:;<>@[\\\]]/g, (special) => String.fromCharCode(special.charCodeAt(0) + firstHidden))

/** A quoted string, an encoded word, a domain literal, a run of plain text, or a single character. */
const pieceForm = /"(?:[^"\\]|\\[\s\S])*"|=\?[^\s?]{1,64}\?[bq]\?[^?]*\?=|\[[^[\]\\ ,;]*\]|[^"(),:;<=>[]+|[\s\S]/iy

/** Unmatched quotes and parentheses become blanks. */
const shownToParser = (piece: string): string => {
  if (piece.length === 1) return /["()]/.test(piece) ? ' ' : piece
  if (piece.startsWith('"')) return hidden(unescaped(piece.slice(1, -1)))
  return piece.startsWith('=?') || piece.startsWith('[') ? hidden(piece) : piece
}

/** @returns the text of a quoted string or a comment without the backslashes of its quoted pairs */
export const unescaped = (text: string): string => text.replace(/\\([\s\S])/g, '$1')

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
