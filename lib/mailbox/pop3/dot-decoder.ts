const carriageReturn = 0x0d
const lineFeed = 0x0a
const dot = 0x2e
const dotLine = Buffer.from('\r\n.')
const unstuffedDot = Buffer.from('.')
const unstuffedDotAndCr = Buffer.from('.\r')

/** The state after the bytes so far. Only CRLF ends a line; a bare LF or CR is content (RFC 1939 section 3). */
type Seen = 'line-start' | 'text' | 'cr' | 'dot' | 'dot-cr'

export interface Decoded {
  /** The content of this piece, without stuffed dots. */
  readonly bytes: Buffer
  /** The bytes after the terminator; undefined until the terminator has been seen. */
  readonly rest: Buffer | undefined
}

/**
 * Undoes the byte-stuffing of one multi-line response and finds its end, wherever the stream is cut (RFC 1939 section
 * 3). A single dot at the beginning of a longer line was never stuffed and stays: Dovecot 2.3 does not stuff the first
 * line of a message, and a server that stuffs never sends such a line.
 */
export class DotDecoder {
  #seen: Seen = 'line-start'

  decode(piece: Buffer): Decoded {
    const content = new Content(piece)
    let at = 0
    while (at < piece.length) {
      if (this.#seen === 'text') {
        const found = piece.indexOf(dotLine, at)
        if (found === -1) {
          this.#seen = openEnd(piece, at)
          break
        }
        at = found + dotLine.length
        content.leaveOut(at - 1)
        this.#seen = 'dot'
        continue
      }
      const byte = piece[at]
      if (this.#seen === 'dot' && byte !== carriageReturn) {
        if (byte !== dot) content.insert(unstuffedDot)
        this.#seen = 'text'
        continue
      }
      if (this.#seen === 'dot-cr') {
        if (byte === lineFeed) return { bytes: content.upTo(at), rest: piece.subarray(at + 1) }
        content.insert(unstuffedDotAndCr)
        this.#seen = 'cr'
        continue
      }
      if (this.#seen === 'dot') {
        content.leaveOut(at)
        this.#seen = 'dot-cr'
      } else if (this.#seen === 'line-start' && byte === dot) {
        content.leaveOut(at)
        this.#seen = 'dot'
      } else if (byte === carriageReturn) {
        this.#seen = 'cr'
      } else {
        this.#seen = this.#seen === 'cr' && byte === lineFeed ? 'line-start' : 'text'
      }
      at += 1
    }
    return { bytes: content.upTo(piece.length), rest: undefined }
  }
}

/** @returns the state after text that runs to the end of the piece and in which no line begins with a dot */
const openEnd = (piece: Buffer, from: number): Seen => {
  const last = piece.length - 1
  if (piece[last] === carriageReturn) return 'cr'
  const endsLine = piece[last] === lineFeed && last > from && piece[last - 1] === carriageReturn
  return endsLine ? 'line-start' : 'text'
}

/**
 * The content of a piece. It is a view if it consists of one run. A message full of dot lines costs one copy rather
 * than one object per line.
 */
class Content {
  readonly #piece: Buffer
  #onlyRun: Buffer | undefined
  #copy: Buffer | undefined
  #length = 0
  #from = 0

  constructor(piece: Buffer) {
    this.#piece = piece
  }

  leaveOut(at: number): void {
    this.#add(this.#piece.subarray(this.#from, at))
    this.#from = at + 1
  }

  insert(bytes: Buffer): void {
    this.#add(bytes)
  }

  upTo(end: number): Buffer {
    this.#add(this.#piece.subarray(this.#from, end))
    return this.#copy?.subarray(0, this.#length) ?? this.#onlyRun ?? this.#piece.subarray(0, 0)
  }

  #add(run: Buffer): void {
    if (run.length === 0) return
    if (this.#onlyRun === undefined) {
      this.#onlyRun = run
      return
    }
    if (this.#copy === undefined) {
      // Two more bytes than the piece: a dot and a CR held back from the previous piece may have to be inserted.
      this.#copy = Buffer.allocUnsafe(this.#piece.length + unstuffedDotAndCr.length)
      this.#length = this.#onlyRun.copy(this.#copy)
    }
    this.#length += run.copy(this.#copy, this.#length)
  }
}
