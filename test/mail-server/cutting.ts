/** Cuts outgoing bytes into pieces that are written, and therefore arrive, one at a time. */
export type Cutter = (bytes: Buffer) => Iterable<Buffer>

export const cutBySize = (size: number): Cutter =>
  function* pieces(bytes) {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }

/** Makes every occurrence of `pattern` a separate piece. */
export const cutAround = (pattern: string): Cutter =>
  function* pieces(bytes) {
    let from = 0
    for (let at = bytes.indexOf(pattern); at >= 0; at = bytes.indexOf(pattern, from)) {
      if (at > from) yield bytes.subarray(from, at)
      from = at + pattern.length
      yield bytes.subarray(at, from)
    }
    if (from < bytes.length) yield bytes.subarray(from)
  }

/** Cuts `offset` bytes into every occurrence of `pattern`. */
export const cutInside = (pattern: string, offset: number): Cutter =>
  function* pieces(bytes) {
    let from = 0
    for (let at = bytes.indexOf(pattern); at >= 0; at = bytes.indexOf(pattern, at + 1)) {
      if (at + offset <= from) continue
      yield bytes.subarray(from, at + offset)
      from = at + offset
    }
    if (from < bytes.length) yield bytes.subarray(from)
  }

/**
 * Waits between two pieces, so that a peer in the same process reads them separately: the first `setImmediate` may run
 * before the next check of the sockets, the second one never does.
 */
export const turnOfTheLoop = async (): Promise<void> => {
  await new Promise(setImmediate)
  await new Promise(setImmediate)
}
