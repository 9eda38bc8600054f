/**
 * Passes a stream through and joins its first chunks, so that the first chunk is long enough to decide how to read the
 * rest.
 * @param limit in bytes. A first chunk of this length is always long enough.
 * @param isEnough whether the beginning is long enough. The beginning doubles between two calls, so the time is linear
 * even if the chunks are small.
 * @throws the errors of the source
 */
export async function* withLongStart(
  source: AsyncIterable<Buffer>,
  limit: number,
  isEnough: (start: Buffer) => boolean,
): AsyncGenerator<Buffer> {
  let joined = false
  let chunks: Buffer[] = []
  let length = 0
  let nextLook = 1
  for await (const chunk of source) {
    if (joined) {
      yield chunk
      continue
    }
    chunks.push(chunk)
    length += chunk.length
    if (length < nextLook && length < limit) continue
    nextLook = 2 * length
    const start = Buffer.concat(chunks)
    joined = length >= limit || isEnough(start)
    if (joined) yield start
    chunks = joined ? [] : [start]
  }
  if (!joined) yield Buffer.concat(chunks)
}
