import { isHeaderLine } from '../../header/header-fields.ts'

const LF = 0x0a
const CR = 0x0d

/** In bytes, for all lines of one part. A longer value could not be displayed anyway. */
const linesLimit = 64 * 1024
/** The fields that `partHeaderOf` reads. */
const wantedField = /^content-(?:type|transfer-encoding|disposition|id)[ \t]*:/i
/** In bytes: the length of the longest of these names and some blanks. */
const longestName = 64

/**
 * Collects the lines of a part's header that describe its content, so that the length of all other fields does not
 * matter. Lines that do not fit into 64 KiB are dropped.
 */
export class MimeLines {
  readonly #isMessage: boolean
  readonly #lines: Buffer[] = []
  #text: Buffer[] = []
  #length = 0
  #wanted = false
  #afterBlanks = false
  #isFirst = true

  /** @param isMessage whether the header is the message's own, whose end `withPlainHeader` has found. */
  constructor({ isMessage }: { readonly isMessage: boolean }) {
    this.#isMessage = isMessage
  }

  /**
   * @returns whether the line ends the header. A blank line ends it. In a part, a line that can only be text also ends
   * it if it is the first line (RFC 2046 section 5.1.1) or if a line of blanks precedes it.
   */
  add(line: Buffer): boolean {
    if (line[0] === LF || (line[0] === CR && line[1] === LF)) {
      this.#text = []
      return true
    }
    const beginning = line.toString('latin1', 0, longestName)
    const isText = !this.#isMessage && !isHeaderLine(beginning)
    const ends = isText && (this.#isFirst || this.#afterBlanks)
    // A folded line belongs to the field above it (RFC 5322 section 2.2.3).
    if (!isFolded(line)) this.#wanted = wantedField.test(beginning)
    if (this.#wanted) this.#keep(this.#lines, line)
    if (ends) this.#text = []
    if (isText || this.#text.length > 0) this.#keep(this.#text, line)
    this.#isFirst = false
    this.#afterBlanks = beginning.trim() === ''
    return ends
  }

  #keep(lines: Buffer[], line: Buffer): void {
    if (this.#length + line.length > linesLimit) return
    // A view of the bytes would keep a whole chunk of the message in memory.
    lines.push(Buffer.from(line))
    this.#length += line.length
  }

  get fields(): Buffer {
    return Buffer.concat(this.#lines)
  }

  /** The beginning of the part's text, if no blank line separates it from the header. */
  get text(): Buffer {
    return Buffer.concat(this.#text)
  }
}

const isFolded = (line: Buffer): boolean => line[0] === 0x20 || line[0] === 0x09
