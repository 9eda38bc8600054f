/** Thrown out of a message's bytes: the message is larger than the account allows, whatever size the server listed. */
export class AboveLimit extends Error {
  override readonly name = 'AboveLimit'
  /** The bytes that had come when reading stopped. */
  readonly size: number

  constructor(size: number) {
    super('The message is larger than the account allows')
    this.size = size
  }
}

/** The same chunks. The size that a server lists is only a claim, so the bytes are counted as they come. */
export async function* withinLimit(chunks: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > limit) throw new AboveLimit(size)
    yield chunk
  }
}
