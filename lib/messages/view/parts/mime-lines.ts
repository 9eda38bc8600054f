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
  readonly #lines: Buffer[] = []
  #length = 0
  #wanted = false

  /** @returns whether the line is the blank line that ends the header */
  add(line: Buffer): boolean {
    if (line[0] === LF || (line[0] === CR && line[1] === LF)) return true
    // A folded line belongs to the field above it (RFC 5322 section 2.2.3).
    if (!isFolded(line)) this.#wanted = wantedField.test(line.toString('latin1', 0, longestName))
    if (this.#wanted && this.#length + line.length <= linesLimit) {
      // A view of the bytes would keep a whole chunk of the message in memory.
      this.#lines.push(Buffer.from(line))
      this.#length += line.length
    }
    return false
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#lines)
  }
}

const isFolded = (line: Buffer): boolean => line[0] === 0x20 || line[0] === 0x09
