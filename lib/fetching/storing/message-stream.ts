import { createHash } from 'node:crypto'
import { headerBlockLimit } from '../../messages/message-header.ts'

/** Passes a message's bytes through and collects the hash, the size and the beginning for the message's row. */
export class ContentTap implements AsyncIterable<Buffer> {
  readonly #chunks: AsyncIterable<Buffer>
  readonly #hash = createHash('sha256')
  readonly #beginning: Buffer[] = []
  #size = 0
  /** The source's error. An upload may wrap it in an error of its own. */
  failure: unknown

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of this.#chunks) {
        if (this.#size < headerBlockLimit) this.#beginning.push(chunk.subarray(0, headerBlockLimit - this.#size))
        this.#size += chunk.length
        this.#hash.update(chunk)
        yield chunk
      }
    } catch (error) {
      this.failure = error
      throw error
    }
  }

  /** Valid only after the last chunk has passed. */
  summary(): { readonly sha256: string; readonly size: number; readonly beginning: Buffer } {
    return { sha256: this.#hash.digest('hex'), size: this.#size, beginning: Buffer.concat(this.#beginning) }
  }
}
