import { type MailPart, mailParts, partLimit, UnreadableMail } from '../parts/mail-parts.ts'
import { signedContentOf } from './smime.ts'

/**
 * In bytes. A signature must be in memory as a whole. A larger signature is an attachment, and so is one that exceeds
 * this limit together with the signatures around it. The function has 512 MiB of memory.
 */
const signatureLimit = 32 * 1024 * 1024
/** The maximum depth of nested signatures. A gateway that signs a signed message adds one level. */
const deepest = 5

const signedType = 'application/pkcs7-mime'
const signedTypes: ReadonlySet<string> = new Set([signedType, 'application/x-pkcs7-mime'])

/** Whether the part is inside a signature. Postmaster does not verify signatures. */
export const isSigned = ({ containers }: MailPart): boolean =>
  containers.some(({ contentType }) => contentType === signedType || contentType === 'multipart/signed')

/**
 * Streams the parts of a message like `mailParts`. The parts inside an opaque S/MIME signature (RFC 8551 section 3.5.2)
 * take its place, and the signature becomes their container. A signature that cannot be opened stays a part.
 * @throws the errors of `mailParts`
 */
export async function* unwrappedParts(source: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<MailPart> {
  let parts = 0
  for await (const part of partsWithin(source, signal, { depth: 0, room: signatureLimit })) {
    parts += 1
    if (parts > partLimit) throw new UnreadableMail('too-complex')
    yield part
  }
}

interface Level {
  readonly depth: number
  /** The maximum size of a signature, in bytes. */
  readonly room: number
}

async function* partsWithin(
  source: AsyncIterable<Buffer>,
  signal: AbortSignal,
  { depth, room }: Level,
): AsyncGenerator<MailPart> {
  for await (const part of mailParts(source, signal)) {
    if (depth === deepest || !mayBeSigned(part)) {
      yield part
      continue
    }
    const content = new Lookahead(part.content)
    try {
      const bytes = await content.whole(room)
      const entity = bytes && signedContentOf(bytes)
      if (!bytes || !entity) yield { ...part, content }
      else {
        const signature = { contentType: signedType, position: part.position }
        const within = [...part.containers, signature]
        for await (const inner of partsWithin(chunksOf(entity), signal, {
          depth: depth + 1,
          room: room - bytes.length,
        }))
          yield { ...inner, containers: [...within, ...inner.containers] }
      }
    } finally {
      await content.close()
    }
  }
}

/** Some senders declare only a general type, so the file name decides (RFC 8551 section 3.9). */
const mayBeSigned = ({ contentType, fileName }: MailPart): boolean =>
  signedTypes.has(contentType) ||
  (contentType === 'application/octet-stream' && (fileName ?? '').toLowerCase().endsWith('.p7m'))

async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  const size = 64 * 1024
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** A stream that remembers what was read at its beginning. */
class Lookahead implements AsyncIterable<Buffer> {
  readonly #source: AsyncIterator<Buffer>
  #read: Buffer[] = []

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** @returns undefined if the stream is longer than `limit` bytes */
  async whole(limit: number): Promise<Buffer | undefined> {
    for (let length = 0; length <= limit; ) {
      const { done, value } = await this.#source.next()
      if (done) {
        this.#read = [Buffer.concat(this.#read, length)]
        return this.#read[0]
      }
      this.#read.push(value)
      length += value.length
    }
    return undefined
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    yield* this.#read
    for (let next = await this.#source.next(); !next.done; next = await this.#source.next()) yield next.value
  }

  /** Releases the stream. The owner discards what has not been read. */
  async close(): Promise<void> {
    await this.#source.return?.()
  }
}
