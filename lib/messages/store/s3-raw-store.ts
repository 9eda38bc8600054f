import { Readable } from 'node:stream'
import {
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { abortable } from '../abortable.ts'
import type { MessageId, RawStore } from '../message.ts'

/** In bytes. The smallest part that S3 accepts in a multipart upload. Smaller content is sent in a single request. */
const partSize = 5 * 1024 * 1024
/** The number of parts uploaded at once. Together with the part being filled, a stream needs 15 MiB. */
const partsUnderWay = 2
const linkSeconds = 300
/** Without this header, an intermediate cache may keep the mail for longer than the link is valid. */
const cacheControl = 'no-store'
/** Raw mail (RFC 5322). The parts inside declare their own charsets. */
const contentType = 'message/rfc822'
/** Used instead of the sender's content type, so that no browser displays or runs the file. */
const harmlessType = 'application/octet-stream'

/**
 * Stores raw mail as objects in one bucket, with the message id as the key. A CRC-32 protects the bytes in transit.
 *
 * Permissions: Storing needs `s3:PutObject` and `s3:AbortMultipartUpload`. `downloadLink` needs `s3:GetObject` and, on
 * the bucket, `s3:ListBucket`. Without the latter, S3 returns 403 for a missing object, which looks like a missing
 * permission.
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
    if (!Buffer.isBuffer(bytes)) await putParts(this.#client, this.#objectOf(messageId), bytes, signal)
    else if (bytes.length < partSize) await this.#putWhole(messageId, bytes, signal)
    else await putParts(this.#client, this.#objectOf(messageId), slicesOf(bytes), signal)
  }

  /** @returns a link that is valid for 300 seconds, or undefined if the raw mail has expired */
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
      ResponseCacheControl: cacheControl,
      ResponseContentType: contentType,
      ResponseContentDisposition: `attachment; filename="${messageId}.eml"`,
    })
    return await getSignedUrl(this.#client, download, { expiresIn: linkSeconds })
  }

  /** @returns the raw mail as a stream, or undefined if it has expired */
  async open(messageId: MessageId, signal: AbortSignal): Promise<AsyncIterable<Buffer> | undefined> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: messageId })
    try {
      const { Body } = await this.#client.send(command, { abortSignal: signal })
      if (!(Body instanceof Readable)) throw new Error('The response from S3 has no stream')
      // A stream that is not ended keeps its connection open.
      signal.addEventListener('abort', () => Body.destroy(), { once: true })
      return Body
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined
      throw error
    }
  }

  async #putWhole(messageId: MessageId, bytes: Buffer, signal: AbortSignal): Promise<void> {
    const command = new PutObjectCommand({ ...this.#objectOf(messageId), Body: bytes, ContentLength: bytes.length })
    await this.#client.send(command, { abortSignal: signal })
  }

  #objectOf(messageId: MessageId): ObjectSettings {
    return objectOf(this.#bucket, messageId, contentType)
  }
}

/**
 * Stores attachments under `views/<message id>/<path>` in the same bucket. A lifecycle rule removes them after a day.
 *
 * Permissions: Storing needs `s3:PutObject` and `s3:AbortMultipartUpload` under that prefix. The link needs
 * `s3:GetObject`.
 */
export class AttachmentStore {
  readonly #client: S3Client
  readonly #bucket: string

  constructor(client: S3Client, bucket: string) {
    this.#client = client
    this.#bucket = bucket
  }

  async put(messageId: MessageId, path: string, content: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void> {
    await putParts(this.#client, objectOf(this.#bucket, keyOf(messageId, path), harmlessType), content, signal)
  }

  /** @returns a link that is valid for 300 seconds and always saves a file, whatever the content */
  async link(messageId: MessageId, path: string, fileName: string): Promise<string> {
    const download = new GetObjectCommand({
      Bucket: this.#bucket,
      Key: keyOf(messageId, path),
      ResponseCacheControl: cacheControl,
      ResponseContentType: harmlessType,
      ResponseContentDisposition: attachmentDisposition(fileName),
    })
    return await getSignedUrl(this.#client, download, { expiresIn: linkSeconds })
  }
}

const keyOf = (messageId: MessageId, path: string): string => `views/${messageId}/${path}`

type ObjectSettings = ReturnType<typeof objectOf>

const objectOf = (bucket: string, key: string, type: string) => ({
  Bucket: bucket,
  Key: key,
  ContentType: type,
  ChecksumAlgorithm: 'CRC32' as const,
})

/**
 * `Upload.abort()` settles immediately while parts and clean-up still run, so a frozen Lambda function would leave an
 * unfinished upload. Instead, the input stream ends with the reason of the abort. `Upload` then waits for the parts in
 * progress, aborts the upload, and only then rejects.
 */
const putParts = async (
  client: S3Client,
  object: ObjectSettings,
  chunks: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<void> => {
  const upload = new Upload({
    client,
    params: { ...object, Body: Readable.from(abortable(chunks, signal), { highWaterMark: 1 }) },
    partSize,
    queueSize: partsUnderWay,
    leavePartsOnError: false,
  })
  await upload.done()
}

async function* slicesOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += partSize) yield bytes.subarray(at, at + partSize)
}

/**
 * Builds a Content-Disposition header (RFC 6266) with an ASCII name for old clients and the real name (RFC 8187).
 * @param fileName a safe file name
 */
export const attachmentDisposition = (fileName: string): string => {
  const plain = fileName.normalize('NFKD').replace(/[^\x20-\x7e]/g, (c) => (/\p{M}/u.test(c) ? '' : '_'))
  const encoded = encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
