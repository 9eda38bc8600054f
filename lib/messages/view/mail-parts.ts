import { once } from 'node:events'
import { Readable } from 'node:stream'
import { type AttachmentStream, MailParser } from 'mailparser'
import * as z from 'zod'
import { abortable } from '../abortable.ts'

/** Bytes of one header block: a To header of thousands of people fits. */
const headerLimit = 1024 * 1024
/** Characters of all leaves' headers: the parser keeps them several times over, and a thousand large ones would fill the function's memory. */
const headersLimit = 16 * 1024 * 1024
/** Leaves. Beyond it a message is an attack, or a mailing list's digest of a year. */
const partLimit = 1_000
/** Leaves and containers: here the parser gives up at once, without what it had read. */
const nodeLimit = 4 * partLimit

/** One leaf of a message's MIME tree. Its content must be read, or left alone, before the next part is asked for. */
export interface MailPart {
  /** Lower case, without parameters. */
  readonly contentType: string
  /** Of Content-Type, by lower-case name. */
  readonly parameters: Readonly<Record<string, string>>
  readonly disposition: string | undefined
  /** Decoded (RFC 2047, RFC 2231), otherwise as the sender wrote it. */
  readonly fileName: string | undefined
  /** Content-ID without angle brackets. */
  readonly contentId: string | undefined
  /** The part's bytes without their transfer encoding. @throws UnreadableMail, or what reading the source threw */
  readonly content: AsyncIterable<Buffer>
}

/** The MIME parser gave up. `too-complex`: more than 1,000 parts, or headers beyond 1 MiB in one part or 16 MiB in all. */
export class UnreadableMail extends Error {
  override readonly name = 'UnreadableMail'
  readonly code: 'too-complex' | 'unreadable'

  constructor(code: UnreadableMail['code'], cause?: unknown) {
    super(`The message is ${code}`, { cause })
    this.code = code
  }
}

/**
 * The leaves of a message in their order, while it streams by: never more of it in memory than headers and a few chunks. Embedded messages
 * are leaves. The owner of `mailparser`, which by itself collects all text in memory, however much: told that no type is text, it hands
 * every part over as a stream.
 * @throws UnreadableMail, or what reading the source threw: the signal's reason too
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
  // Also keeps an error that comes when nobody listens any more from ending the process.
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
      // Who reads it sees the error; when nobody does, it must not end the process.
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
    over.abort(new Error('nobody reads on'))
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
    // RFC 2045 section 5.2: without a type it is plain text.
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

/** The parser goes on only when the part has been read to its end. */
const drained = async (content: Readable): Promise<void> => {
  if (content.errored) throw content.errored
  if (content.readableEnded || content.destroyed) return
  content.resume()
  await once(content, 'end')
}
