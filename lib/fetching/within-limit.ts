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
