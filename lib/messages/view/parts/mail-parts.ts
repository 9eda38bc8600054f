import { once } from 'node:events'
import { Readable } from 'node:stream'
import { abortable } from '../../abortable.ts'
import { type Leaf, LeafParser } from './leaf-parser.ts'
import { withPlainHeader } from './message-start.ts'
import { quotedPrintableDecoded } from './quoted-printable.ts'
import { uudecoded } from './uuencode.ts'

/** The maximum number of leaves. A message with more is an attack, or a mailing list's digest of a year. */
export const partLimit = 1_000
/**
 * The maximum number of leaves and containers. Beyond this limit, the parser fails immediately and discards the parts
 * it has read.
 */
const nodeLimit = 4 * partLimit

/** One leaf of a message's MIME tree. Read its content, or ignore it, before requesting the next part. */
export interface MailPart extends Omit<Leaf, 'encoding' | 'start'> {
  /**
   * The part's bytes without their transfer encoding.
   * @throws UnreadableMail, or the error of the source
   */
  readonly content: AsyncIterable<Buffer>
}

/**
 * The MIME parser failed. `too-complex` means more than 1,000 parts, or a header line of more than 8 MiB.
 */
export class UnreadableMail extends Error {
  override readonly name = 'UnreadableMail'
  readonly code: 'too-complex' | 'unreadable'

  constructor(code: UnreadableMail['code'], cause?: unknown) {
    super(`The message is ${code}`, { cause })
    this.code = code
  }
}

/**
 * Streams a message and yields its leaves in order. Only headers and a few chunks are in memory at once. Embedded
 * messages are leaves.
 *
 * @throws UnreadableMail, or the error of the source, including the reason of the signal
 */
export async function* mailParts(source: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<MailPart> {
  const over = new AbortController()
  const bytes = abortable(source, AbortSignal.any([signal, over.signal]))
  const input = Readable.from(withPlainHeader(bytes), { highWaterMark: 1 })
  const parser = new LeafParser(nodeLimit)
  let sourceFailure: { readonly reason: unknown } | undefined
  let parts = 0
  let current: Readable | undefined
  // The listener also keeps a late error, after the reader has gone, from ending the process.
  parser.on('error', (error) => current?.destroy(error))
  input.on('error', (reason) => {
    sourceFailure = { reason }
    parser.destroy(reason)
    current?.destroy(reason)
  })
  input.pipe(parser)
  const failureOf = (error: unknown) => (sourceFailure ? sourceFailure.reason : unreadable(error))

  try {
    for await (const { leaf, content, release } of parser.leaves()) {
      const { encoding, start, ...part } = leaf
      current = content
      // The reader of the content receives the error. If there is no reader, the error must not end the process.
      content.on('error', () => undefined)
      parts += 1
      if (parts > partLimit) throw new UnreadableMail('too-complex')
      const bytes = readable(start, content, failureOf)
      yield { ...part, content: decoded(bytes, encoding) }
      await drained(content)
      release()
    }
  } catch (error) {
    throw failureOf(error)
  } finally {
    over.abort(new Error('the reader stopped'))
    input.destroy()
    parser.destroy()
  }
}

/** Decodes the transfer encodings other than base64, which the parser decodes. */
const decoded = (content: AsyncIterable<Buffer>, encoding: string): AsyncIterable<Buffer> => {
  if (encoding === 'quoted-printable') return quotedPrintableDecoded(content)
  return uuencodings.has(encoding) ? uudecoded(content) : content
}

/** The names that mail programs use. RFC 2045 section 6.3 allows private encodings whose names begin with `x-`. */
const uuencodings = new Set(['x-uuencode', 'x-uue', 'uuencode', 'uue', 'x-uu'])

const unreadable = (error: unknown): UnreadableMail => {
  if (error instanceof UnreadableMail) return error
  const tooMuch = error instanceof Error && 'code' in error && error.code === 'EMAXLEN'
  return new UnreadableMail(tooMuch ? 'too-complex' : 'unreadable', error)
}

async function* readable(
  start: Buffer,
  content: Readable,
  failureOf: (error: unknown) => unknown,
): AsyncGenerator<Buffer> {
  if (start.length > 0) yield start
  try {
    yield* content.iterator({ destroyOnReturn: false })
  } catch (error) {
    throw failureOf(error)
  }
}

/** The parser continues only after the part has been read to its end. */
const drained = async (content: Readable): Promise<void> => {
  if (content.errored) throw content.errored
  if (content.readableEnded || content.destroyed) return
  content.resume()
  await once(content, 'end')
}
