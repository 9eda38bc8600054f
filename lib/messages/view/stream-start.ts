/**
 * Takes the beginning off a stream.
 * @param limit in bytes. The beginning is at most one chunk longer.
 * @param isEnough Whether the beginning is long enough. The beginning doubles between two calls, so that the time is
 * linear even if the chunks are small.
 * @returns the beginning, which is the whole stream if it is never long enough, and the rest of the stream
 * @throws the errors of the source
 */
export const splitStart = async (
  source: AsyncIterable<Buffer>,
  limit: number,
  isEnough: (start: Buffer) => boolean,
): Promise<{ readonly start: Buffer; readonly rest: AsyncGenerator<Buffer> }> => {
  const iterator = source[Symbol.asyncIterator]()
  const chunks: Buffer[] = []
  let length = 0
  let nextLook = 1
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    chunks.push(next.value)
    length += next.value.length
    if (length < nextLook && length < limit) continue
    nextLook = 2 * length
    const start = Buffer.concat(chunks)
    if (length >= limit || isEnough(start)) return { start, rest: remaining(iterator) }
  }
  return { start: Buffer.concat(chunks), rest: remaining(iterator) }
}

async function* remaining(iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
  } finally {
    await iterator.return?.()
  }
}
