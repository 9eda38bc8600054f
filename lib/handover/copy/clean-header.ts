import { namesSeenIn } from '../../messages/header/header-fields.ts'

/** How the header of a mail is changed in the copy that is handed over. */
export interface HeaderChange {
  /** Fields whose names begin with one of these prefixes (in lower case) are removed. */
  readonly removed: readonly string[]
  /** Fields to insert at the beginning, without line ends. */
  readonly inserted: readonly string[]
  /** The field that remains if all others were removed. */
  readonly remaining: string
}

/** The mail cannot be cleaned, so it must not be handed over to a receiver that obeys its header. */
export class UncleanableMail extends Error {
  override readonly name = 'UncleanableMail'
  readonly code = 'header-field-too-long'
  readonly detail =
    'A field of the header is longer than 1 MiB, or the header has more than a million lines, so its control headers ' +
    'cannot be removed reliably.'
  readonly remedy = 'Download the raw mail to read it. Then mark the delivery as handled.'

  constructor() {
    super('A header field is longer than 1 MiB, or the header has more than a million lines')
  }
}

/** In bytes: 30,000 recipients. A field is kept in memory until it ends. */
const longestField = 1024 * 1024
/**
 * A line takes a microsecond, and four in a function with 512 MB. Without a limit, a sender could write a mail whose
 * header takes longer than an attempt, so that it would be tried for five days.
 */
const mostLines = 1_000_000

/**
 * Changes the header of a raw mail while it streams. The body is passed through unchanged.
 *
 * The change protects a receiver that obeys control headers, so the header is read as the laxest reader would read it:
 * CR, LF and CRLF end a line, blanks and invisible bytes in a name do not count, and the header has no limit in bytes. It
 * ends at the first blank line by the rule of `headerBlockOf`: CR CR ends it only if no LF follows within 1 MiB.
 * @throws UncleanableMail while the result is read
 */
export async function* changedHeader(raw: AsyncIterable<Buffer>, change: HeaderChange): AsyncGenerator<Buffer> {
  const header = new HeaderEditor(change)
  for await (const chunk of raw) {
    if (header.hasEnded) yield chunk
    else {
      const output = header.write(chunk)
      if (output.length > 0) yield output
    }
  }
  const rest = header.end()
  if (rest.length > 0) yield rest
}

/** @returns whether `changedHeader` would remove a field. The mail is read only up to the end of its header. */
export const wouldRemoveFields = async (raw: AsyncIterable<Buffer>, change: HeaderChange): Promise<boolean> => {
  const header = new HeaderEditor(change)
  for await (const chunk of raw) {
    header.write(chunk)
    if (header.hasRemoved || header.hasEnded) return header.hasRemoved
  }
  header.end()
  return header.hasRemoved
}

const anyLineEnd = /\r\n|\r|\n/g
const isEnvelopeLine = (line: string): boolean => /^>?From /.test(line)

class HeaderEditor {
  hasEnded = false
  hasRemoved = false
  readonly #change: HeaderChange
  /** The beginning of a line whose end has not arrived. */
  #pieces: string[] = []
  /** The current field: its lines, each followed by its line end. */
  #field: string[] = []
  #bytesKept = 0
  #lineCount = 0
  #output: string[] = []
  /** Whether a line that is not blank has been read. Blank lines before it do not end the header. */
  #hasBegun = false
  #hasFields = false
  #hasLf = false
  /** The lines from CR CR on, in a mail that has had no LF so far, and their size. */
  #perhapsBody: (readonly [line: string, end: string])[] = []
  #perhapsBodySize = 0
  /** Whether the last field was removed. */
  #isRemoving = false
  #followsBlank = false
  #lastEnd = ''
  #lastWrittenEnd = ''

  constructor(change: HeaderChange) {
    this.#change = change
  }

  write(chunk: Buffer): Buffer {
    const text = chunk.toString('latin1')
    // A CR at the very end may be half of a CRLF, so it waits for the next chunk.
    if (/[\r\n]/.test(text) || this.#pieces.at(-1)?.endsWith('\r')) this.#lines([...this.#pieces, text].join(''))
    else this.#keep(text)
    return this.#taken()
  }

  end(): Buffer {
    const rest = this.#pieces.join('')
    if (this.hasEnded) return Buffer.alloc(0)
    if (rest.endsWith('\r')) this.#line(rest.slice(0, -1), '\r')
    else if (rest !== '') this.#line(rest, '')
    this.#endField()
    if (this.#perhapsBody.length > 0) this.#startBody()
    return this.#taken()
  }

  #lines(text: string): void {
    let start = 0
    this.#pieces = []
    this.#bytesKept = this.#field.reduce((sum, { length }) => sum + length, 0)
    for (const { 0: end, index } of text.matchAll(anyLineEnd)) {
      if (end === '\r' && index === text.length - 1) break
      this.#line(text.slice(start, index), end)
      start = index + end.length
      if (this.hasEnded) {
        this.#output.push(text.slice(start))
        return
      }
    }
    this.#keep(text.slice(start))
  }

  #keep(text: string): void {
    this.#pieces.push(text)
    this.#count(text)
  }

  #count(text: string): void {
    this.#bytesKept += text.length
    if (this.#bytesKept > longestField) throw new UncleanableMail()
  }

  #line(line: string, end: string): void {
    this.#lineCount += 1
    if (this.#lineCount > mostLines) throw new UncleanableMail()
    this.#hasLf ||= end.includes('\n')
    if (this.#perhapsBody.length > 0) {
      this.#perhapsBodyLine(line, end)
      return
    }
    if (line === '') this.#blankLine(end)
    else this.#headerLine(line, end)
    this.#lastEnd = end
    this.#followsBlank = line === ''
  }

  /** Decides what the lines after CR CR are. */
  #perhapsBodyLine(line: string, end: string): void {
    this.#perhapsBody.push([line, end])
    this.#perhapsBodySize += line.length + 1
    if (this.#hasLf) {
      const lines = this.#perhapsBody
      this.#perhapsBody = []
      for (const [one, itsEnd] of lines) this.#line(one, itsEnd)
    } else if (this.#perhapsBodySize > longestField) this.#startBody()
  }

  #startBody(): void {
    this.#finishHeader()
    for (const [line, end] of this.#perhapsBody) this.#put(line, end)
    this.#perhapsBody = []
    this.hasEnded = true
  }

  #blankLine(end: string): void {
    this.#endField()
    if (this.#hasBegun && !this.#hasLf && end === '\r' && this.#lastEnd === '\r') {
      this.#perhapsBody.push(['', end])
      return
    }
    this.hasEnded = this.#hasBegun && end.includes('\n') && this.#lastEnd.includes('\n')
    if (this.hasEnded) this.#finishHeader()
    if (this.#isRemoving && !this.hasEnded && this.#lastEnd === '\r') this.#skip(end)
    else this.#put('', end)
  }

  /** Some readers skip blank lines before a header. If no field remained, they would take the body for the header. */
  #finishHeader(): void {
    if (this.hasRemoved && !this.#hasFields) this.#put(this.#change.remaining, this.#lastEnd)
  }

  #headerLine(line: string, end: string): void {
    // A line after a bare CR alone continues a field only for some readers.
    const continues = this.#field.length > 0 && !this.#followsBlank && /^[ \t]/.test(line)
    if (!continues) {
      this.#endField()
      if (!this.#hasBegun) this.#begin(line, end)
    }
    this.#count(line)
    this.#field.push(line, end)
  }

  /** Inserts the fields before the first one. The envelope line of an mbox file stays in front. */
  #begin(line: string, end: string): void {
    this.#hasBegun = true
    if (!isEnvelopeLine(line)) this.#insert(end)
  }

  #endField(): void {
    if (this.#field.length === 0) return
    const field = this.#field
    const end = field.at(-1) ?? ''
    const text = field.filter((_, i) => i % 2 === 0).join('')
    this.#field = []
    this.#bytesKept = 0
    this.#isRemoving = this.#isUnwanted(text)
    if (this.#isRemoving) {
      this.hasRemoved = true
      this.#skip(end)
      return
    }
    this.#put(field.slice(0, -1).join(''), end)
    if (!isEnvelopeLine(text)) this.#hasFields = true
    else if (!this.#hasFields) this.#insert(end)
  }

  #isUnwanted(field: string): boolean {
    return namesSeenIn(field).some((name) => this.#change.removed.some((prefix) => name.startsWith(prefix)))
  }

  #insert(end: string): void {
    for (const field of this.#change.inserted) this.#put(field, end === '' ? '\r\n' : end)
    this.#hasFields ||= this.#change.inserted.length > 0
  }

  #put(line: string, end: string): void {
    this.#output.push(line, end)
    this.#lastWrittenEnd = end
  }

  /** Leaves out a field. A written line that ended with a bare CR would otherwise merge with the next one. */
  #skip(end: string): void {
    if (end.includes('\n') && this.#lastWrittenEnd === '\r') this.#put('', '\n')
  }

  #taken(): Buffer {
    const output = Buffer.from(this.#output.join(''), 'latin1')
    this.#output = []
    return output
  }
}
