const LF = 0x0a
const CR = 0x0d

/** In bytes. A longer value of a MIME field could not be displayed anyway. */
const fieldsLimit = 64 * 1024

/**
 * Collects the lines of a part's header that belong to MIME fields, so that the length of all other fields does not
 * matter. Lines that exceed 64 KiB in total are dropped.
 */
export class MimeLines {
  readonly #lines: Buffer[] = []
  #length = 0
  #wanted = false

  /** @returns whether the line is the blank line that ends the header */
  add(line: Buffer): boolean {
    if (line[0] === LF || (line[0] === CR && line[1] === LF)) return true
    // A folded line belongs to the field above it (RFC 5322 section 2.2.3).
    if (!isFolded(line)) this.#wanted = /^content-/i.test(line.toString('latin1', 0, 'content-'.length))
    if (this.#wanted && this.#length + line.length <= fieldsLimit) {
      // A view would keep a whole chunk of the message in memory.
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
