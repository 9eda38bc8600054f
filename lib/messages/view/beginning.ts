/** Passes a stream through and keeps its first bytes. */
export class Beginning implements AsyncIterable<Buffer> {
  readonly #source: AsyncIterable<Buffer>
  readonly #limit: number
  readonly #chunks: Buffer[] = []
  #length = 0

  constructor(source: AsyncIterable<Buffer>, limit: number) {
    this.#source = source
    this.#limit = limit
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for await (const chunk of this.#source) {
      const wanted = chunk.subarray(0, this.#limit - this.#length)
      if (wanted.length > 0) this.#chunks.push(Buffer.from(wanted))
      this.#length += wanted.length
      yield chunk
    }
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }
}
