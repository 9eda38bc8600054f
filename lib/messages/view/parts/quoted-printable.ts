import libqp from 'libqp'

const LF = 0x0a

/**
 * Decodes quoted-printable content (RFC 2045 section 6.7) as a stream. The parser's own decoder keeps four copies
 * of the whole content in memory.
 * @throws only the errors of the source
 */
export async function* quotedPrintableDecoded(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let incomplete: Buffer[] = []
  let before = ''
  for await (const chunk of source) {
    const end = endOfLines(before, chunk)
    if (end > 0) {
      yield libqp.decode(Buffer.concat([...incomplete, chunk.subarray(0, end)]))
      incomplete = []
      before = ''
    }
    incomplete.push(chunk.subarray(end))
    before = (before + chunk.toString('latin1', Math.max(end, chunk.length - longestEnd))).slice(-longestEnd)
  }
  yield libqp.decode(Buffer.concat(incomplete))
}

/**
 * @param before the characters directly before the chunk that are not decoded yet
 * @returns the end of the last line that can be decoded without the next one, or 0 if there is none
 */
const endOfLines = (before: string, chunk: Buffer): number => {
  let at = chunk.lastIndexOf(LF)
  for (let tried = 0; at !== -1 && tried < triedLines; tried += 1) {
    const line = (before + chunk.toString('latin1', Math.max(0, at - longestEnd), at + 1)).slice(-longestEnd)
    if (!isWithinEscape(line)) return at + 1
    at = at === 0 ? -1 : chunk.lastIndexOf(LF, at - 1)
  }
  return 0
}

/** Whether the line ends with soft line breaks inside an escaped byte, where some programs break lines. */
const isWithinEscape = (line: string): boolean => {
  let rest = line
  while (softBreak.test(rest)) rest = rest.replace(softBreak, '')
  return rest !== line && /=[\da-f]?$/i.test(rest)
}

/** Mail has such a break in one line at most. The limit bounds the time for hostile content. */
const triedLines = 20
const softBreak = /=[ \t]*\r?\n$/
/** In characters. It leaves room for blanks at the end of such a line, which the decoder ignores. */
const longestEnd = 100
