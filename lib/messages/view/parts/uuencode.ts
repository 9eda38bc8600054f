import { withLongStart } from './long-start.ts'

/** In bytes. If the encoding has not begun after this much text, the content is not encoded. */
const longestPreamble = 64 * 1024
/** In characters. A line of the encoding has at most 61, and some programs append a checksum. */
const longestLine = 256

const begin = /(?:^|\n)begin [0-7]{3,4}(?: [^\n]*)?\r?\n/

/**
 * Decodes uuencoded content as a stream (POSIX `uuencode`). Text around the encoding is dropped, and content without a
 * `begin` line is passed through unchanged. Trailing blanks and the end may be missing.
 * @throws only the errors of the source
 */
export async function* uudecoded(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let state: 'start' | 'plain' | 'data' | 'ended' = 'start'
  let incomplete = ''
  for await (const chunk of withLongStart(source, longestPreamble, (start) => begin.test(start.toString('latin1')))) {
    let text = chunk.toString('latin1')
    if (state === 'start') {
      const found = begin.exec(text)
      state = found ? 'data' : 'plain'
      if (found) text = text.slice(found.index + found[0].length)
    }
    if (state === 'plain') yield chunk
    if (state === 'data') {
      const lines = (incomplete + text).split('\n')
      incomplete = (lines.pop() ?? '').slice(0, longestLine)
      const end = lines.findIndex(isEnd)
      if (end !== -1) state = 'ended'
      yield Buffer.concat(lines.slice(0, end === -1 ? lines.length : end).map(decodedLine))
    }
  }
  if (state === 'data' && !isEnd(incomplete)) yield decodedLine(incomplete)
}

const isEnd = (line: string): boolean => line.trimEnd() === 'end'

/** The first character of a line is its number of bytes. Four characters contain three bytes. */
const decodedLine = (line: string): Buffer => {
  if (!/^[ -`]/.test(line)) return Buffer.alloc(0)
  const bytes = Buffer.alloc(bitsAt(line, 0))
  for (let byte = 0, at = 1; byte < bytes.length; byte += 3, at += 4) {
    const bits =
      (bitsAt(line, at) << 18) | (bitsAt(line, at + 1) << 12) | (bitsAt(line, at + 2) << 6) | bitsAt(line, at + 3)
    // Writing after the end of the bytes has no effect.
    bytes[byte] = bits >> 16
    bytes[byte + 1] = bits >> 8
    bytes[byte + 2] = bits
  }
  return bytes
}

/** Six bits. Both the blank and the backquote are 0, and a missing character is a blank that was cut off. */
const bitsAt = (line: string, at: number): number => {
  const code = line.charCodeAt(at)
  return code >= 0x20 ? (code - 0x20) & 0x3f : 0
}
