import { headerBlockOf, textStartIn } from '../../header/header-fields.ts'
import { headerBlockLimit } from '../../message-header.ts'
import { withLongStart } from './long-start.ts'

const CR = 0x0d
const LF = 0x0a
const blankLine = Buffer.from('\r\n')

/**
 * Passes a message on so that any reader finds the end of its header where `headerBlockOf` and `textStartIn` find it.
 * The view and dispatching then agree about what is header and what is text. Blank lines before the header are left
 * out, a missing blank line after it is added, and if bare CRs end the lines, LFs replace them. A header that is longer
 * than `headerBlockLimit` ends with the first blank line.
 * @throws the errors of the source
 */
export async function* withPlainHeader(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let plain: ((bytes: Buffer) => Buffer) | undefined
  for await (const chunk of withLongStart(source, headerBlockLimit, hasEndOfHeader)) {
    if (plain) yield plain(chunk)
    else {
      const block = headerBlockOf(chunk)
      plain = block.at(-1) === CR && !block.includes(LF) ? withLineFeeds : (bytes) => bytes
      const textStart = textStartIn(block)
      yield plain(block.subarray(blankBytesBefore(block), textStart))
      if (textStart < block.length) yield blankLine
      yield plain(chunk.subarray(textStart))
    }
  }
}

/** An end at a bare CR is not certain, because a later LF would show that a bare CR does not end lines. */
const hasEndOfHeader = (start: Buffer): boolean => {
  const block = headerBlockOf(start)
  return block.length < start.length && block.at(-1) === LF
}

const withLineFeeds = (bytes: Buffer): Buffer => Buffer.from(bytes.toString('latin1').replaceAll('\r', '\n'), 'latin1')

const blankBytesBefore = (block: Buffer): number => {
  const first = block.findIndex((byte) => byte !== CR && byte !== LF)
  return first === -1 ? block.length : first
}
