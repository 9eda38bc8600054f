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

  /** Valid only after the last chunk has passed. It can be called repeatedly, so it does not end the hash itself. */
  summary(): { readonly sha256: string; readonly size: number; readonly beginning: Buffer } {
    return { sha256: this.#hash.copy().digest('hex'), size: this.#size, beginning: Buffer.concat(this.#beginning) }
  }
}

/** Reads a stream to compute its hash. */
export const sha256Of = async (chunks: AsyncIterable<Buffer>): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of chunks) hash.update(chunk)
  return hash.digest('hex')
}

/** Thrown while a message's bytes are read if it is larger than the account allows, regardless of its listed size. */
export class AboveLimit extends Error {
  override readonly name = 'AboveLimit'
  /** The number of bytes received when reading stopped. */
  readonly size: number

  constructor(size: number) {
    super('The message is larger than the account allows')
    this.size = size
  }
}

/** Yields the same chunks and counts their bytes, because the size that a server lists is not reliable. */
export async function* withinLimit(chunks: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > limit) throw new AboveLimit(size)
    yield chunk
  }
}
