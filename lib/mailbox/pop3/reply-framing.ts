import { DotDecoder } from './dot-decoder.ts'

/** RFC 2449 section 4 allows 512 bytes. A server that sends this much more is not a POP3 server. */
const longestLine = 8 * 1024
const lineFeed = 0x0a
const nothing = Buffer.alloc(0)

export interface ReplyReceiver {
  /**
   * Handles a status line without its line end.
   * @returns true if a multi-line body follows
   */
  line(text: string): boolean
  /** Handles a line that is too long. Throws. */
  endless(beginning: string): never
  /** Handles content of the body, already dot-unstuffed. */
  body(bytes: Buffer): void
  bodyEnded(): void
}

/** Splits the server's bytes into status lines and bodies, however the network has cut them. */
export class ReplyFraming {
  readonly #receiver: ReplyReceiver
  #partial = nothing
  #decoder: DotDecoder | undefined

  constructor(receiver: ReplyReceiver) {
    this.#receiver = receiver
  }

  /** True if no unfinished line or body is buffered. */
  get empty(): boolean {
    return this.#partial.length === 0 && this.#decoder === undefined
  }

  /** @throws what `endless` throws */
  push(piece: Buffer): void {
    let rest = piece
    while (rest.length > 0) rest = this.#decoder === undefined ? this.#line(rest) : this.#body(this.#decoder, rest)
  }

  #line(piece: Buffer): Buffer {
    const end = piece.indexOf(lineFeed)
    const length = this.#partial.length + (end === -1 ? piece.length : end)
    if (length > longestLine) this.#receiver.endless(this.#partial.toString('utf8'))
    if (end === -1) {
      // A piece is a view of a larger chunk. The copy allows that chunk to be freed.
      this.#partial = Buffer.concat([this.#partial, piece])
      return nothing
    }
    const rest = piece.subarray(0, end)
    const line = (this.#partial.length === 0 ? rest : Buffer.concat([this.#partial, rest])).toString('utf8')
    this.#partial = nothing
    if (this.#receiver.line(line.replace(/\r$/, ''))) this.#decoder = new DotDecoder()
    return piece.subarray(end + 1)
  }

  #body(decoder: DotDecoder, piece: Buffer): Buffer {
    const { bytes, rest } = decoder.decode(piece)
    if (bytes.length > 0) this.#receiver.body(bytes)
    if (rest === undefined) return nothing
    this.#decoder = undefined
    this.#receiver.bodyEnded()
    return rest
  }
}
