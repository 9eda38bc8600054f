import { Readable } from 'node:stream'
import { GetObjectCommand, HeadObjectCommand, NotFound, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { abortable } from './abortable.ts'
import type { MessageId, RawStore } from './message.ts'

/** S3's smallest part of a multipart upload; the largest number of bytes worth one request. */
const partSize = 5 * 1024 * 1024
/** Parts on their way at once: with the one being filled, 15 MiB for each stream. */
const partsUnderWay = 2
const linkSeconds = 300
/** RFC 5322 mail, whatever charset its parts have. */
const contentType = 'message/rfc822'

/**
 * Raw mail as objects of one bucket, the key being the message id. The bytes are checked by CRC-32 on their way. Permissions: storing needs
 * `s3:PutObject` and `s3:AbortMultipartUpload`; `downloadLink` needs `s3:GetObject` and, on the bucket, `s3:ListBucket`: without the
 * latter S3 answers 403 for a missing object, which cannot be told from a missing permission.
 */
export class S3RawStore implements RawStore {
  readonly #client: S3Client
  readonly #bucket: string

  constructor(client: S3Client, bucket: string) {
    this.#client = client
    this.#bucket = bucket
  }

  async put(messageId: MessageId, bytes: Buffer | AsyncIterable<Buffer>, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (!Buffer.isBuffer(bytes)) await this.#putParts(messageId, bytes, signal)
    else if (bytes.length < partSize) await this.#putWhole(messageId, bytes, signal)
    else await this.#putParts(messageId, slicesOf(bytes), signal)
  }

  async downloadLink(messageId: MessageId): Promise<string | undefined> {
    const object = { Bucket: this.#bucket, Key: messageId }
    try {
      await this.#client.send(new HeadObjectCommand(object))
    } catch (error) {
      if (error instanceof NotFound) return undefined
      throw error
    }
    const download = new GetObjectCommand({
      ...object,
      ResponseContentType: contentType,
      ResponseContentDisposition: `attachment; filename="${messageId}.eml"`,
    })
    return await getSignedUrl(this.#client, download, { expiresIn: linkSeconds })
  }

  async #putWhole(messageId: MessageId, bytes: Buffer, signal: AbortSignal): Promise<void> {
    const command = new PutObjectCommand({ ...this.#objectOf(messageId), Body: bytes, ContentLength: bytes.length })
    await this.#client.send(command, { abortSignal: signal })
  }

  /**
   * `Upload` has an abort of its own, which settles at once and leaves parts and clean-up running behind: a frozen Lambda would leave an
   * unfinished upload. So its input ends with the abort's reason instead; it then waits for the parts under way, aborts, and only then rejects.
   */
  async #putParts(messageId: MessageId, chunks: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void> {
    const upload = new Upload({
      client: this.#client,
      params: { ...this.#objectOf(messageId), Body: Readable.from(abortable(chunks, signal), { highWaterMark: 1 }) },
      partSize,
      queueSize: partsUnderWay,
      leavePartsOnError: false,
    })
    await upload.done()
  }

  #objectOf(messageId: MessageId) {
    return {
      Bucket: this.#bucket,
      Key: messageId,
      ContentType: contentType,
      ChecksumAlgorithm: 'CRC32' as const,
    }
  }
}

async function* slicesOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += partSize) yield bytes.subarray(at, at + partSize)
}
