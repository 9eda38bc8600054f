import { once } from 'node:events'
import { Readable } from 'node:stream'
import { type AttachmentStream, MailParser } from 'mailparser'
import * as z from 'zod'
import { abortable } from '../abortable.ts'

/** In bytes. A To header with thousands of people fits into one header block. */
const headerLimit = 1024 * 1024
/**
 * In characters, for the headers of all leaves. The parser keeps several copies of them, and a thousand large ones
 * would fill the function's memory.
 */
const headersLimit = 16 * 1024 * 1024
/** The maximum number of leaves. A message with more is an attack, or a mailing list's digest of a year. */
const partLimit = 1_000
/**
 * The maximum number of leaves and containers. Beyond this limit, the parser fails immediately and discards the parts
 * it has read.
 */
const nodeLimit = 4 * partLimit

/** One leaf of a message's MIME tree. Read its content, or ignore it, before requesting the next part. */
export interface MailPart {
  /** In lower case, without parameters. */
  readonly contentType: string
  /** The parameters of Content-Type, by lower-case name. */
  readonly parameters: Readonly<Record<string, string>>
  readonly disposition: string | undefined
  /** Decoded (RFC 2047, RFC 2231), otherwise as the sender wrote it. */
  readonly fileName: string | undefined
  /** Content-ID without angle brackets. */
  readonly contentId: string | undefined
  /**
   * The part's bytes without their transfer encoding.
   * @throws UnreadableMail, or the error of the source
   */
  readonly content: AsyncIterable<Buffer>
}

/**
 * The MIME parser failed. `too-complex` means more than 1,000 parts, or headers of more than 1 MiB in one part or 16
 * MiB in total.
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
 * This is the only module that uses `mailparser` for whole messages. By default, the parser collects all text in
 * memory, however much there is. Because its list of text types is emptied here, it returns every part as a stream.
 *
 * @throws UnreadableMail, or the error of the source, including the reason of the signal
 */
export async function* mailParts(source: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<MailPart> {
  const over = new AbortController()
  const input = Readable.from(abortable(source, AbortSignal.any([signal, over.signal])), { highWaterMark: 1 })
  const parser = new MailParser({
    ignoreEmbedded: true,
    keepDeliveryStatus: true,
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipTextLinks: true,
    checksumAlgo: false,
    maxHeadSize: headerLimit,
    maxChildNodes: nodeLimit,
  })
  Object.assign(parser, { textTypes: [] })
  let sourceFailure: { readonly reason: unknown } | undefined
  let headersRead = 0
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
    for await (const item of parser as AsyncIterable<{ readonly type: string }>) {
      if (!isAttachment(item)) continue
      const { content } = item
      current = content
      // The reader of the content receives the error. If there is no reader, the error must not end the process.
      content.on('error', () => undefined)
      headersRead += JSON.stringify([...item.headers]).length
      parts += 1
      if (headersRead > headersLimit || parts > partLimit) throw new UnreadableMail('too-complex')
      yield partOf(item, readable(content, failureOf))
      await drained(content)
      item.release?.()
    }
  } catch (error) {
    throw failureOf(error)
  } finally {
    over.abort(new Error('the reader stopped'))
    parser.destroy()
  }
}

const unreadable = (error: unknown): UnreadableMail => {
  if (error instanceof UnreadableMail) return error
  const tooMuch = error instanceof Error && 'code' in error && error.code === 'EMAXLEN'
  return new UnreadableMail(tooMuch ? 'too-complex' : 'unreadable', error)
}

const isAttachment = (item: { readonly type: string }): item is AttachmentStream => item.type === 'attachment'

const structuredHeaderSchema = z.object({ params: z.record(z.string(), z.string()) })

const partOf = (item: AttachmentStream, content: AsyncIterable<Buffer>): MailPart => {
  const { success, data } = structuredHeaderSchema.safeParse(item.headers.get('content-type'))
  return {
    // A part without a type is plain text (RFC 2045 section 5.2).
    contentType: (item.contentType || 'text/plain').toLowerCase(),
    parameters: success ? data.params : {},
    disposition: item.contentDisposition,
    fileName: item.filename,
    contentId: item.cid,
    content,
  }
}

async function* readable(content: Readable, failureOf: (error: unknown) => unknown): AsyncGenerator<Buffer> {
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
