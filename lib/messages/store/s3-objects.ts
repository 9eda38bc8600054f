import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  NotFound,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { abortable } from '../abortable.ts'

export type { S3Client } from '@aws-sdk/client-s3'

/** In bytes. The smallest part that S3 accepts in a multipart upload. Smaller content is sent in a single request. */
const partSize = 5 * 1024 * 1024
/** The number of parts uploaded at once. Together with the part being filled, a stream needs 15 MiB. */
const partsUnderWay = 2
/** Without this header, an intermediate cache may keep the mail for longer than the link is valid. */
const cacheControl = 'no-store'

/**
 * S3 refuses a conditional write if a delete of the same key is in progress. The delete takes far less time than the
 * three attempts with their pauses (in milliseconds).
 */
const conflictPauses = [100, 400]

export interface Link {
  /** For how many seconds the link is valid. */
  readonly seconds: number
  readonly contentType: string
  readonly contentDisposition: string
}

/** What is stored with an object's bytes. */
export interface Labels {
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
}

/** A page of a bucket's list, sorted by key. */
export interface ObjectPage {
  readonly objects: ReadonlyArray<{ readonly key: string; readonly storedAt: Date }>
  /** Whether there are further objects. */
  readonly more: boolean
}

/** The objects of one bucket. No other class uses S3. A CRC-32 protects the bytes in transit. */
export class S3Objects {
  readonly #client: S3Client
  readonly #bucket: string

  constructor(client: S3Client, bucket: string) {
    this.#client = client
    this.#bucket = bucket
  }

  /**
   * Stores an object, and replaces one with the same key. An object of 5 MiB or more is stored in parts. A stream that
   * fails leaves nothing behind.
   */
  async put(
    key: string,
    contentType: string,
    bytes: Buffer | AsyncIterable<Buffer>,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#write({ ...this.#object(key), ContentType: contentType }, bytes, signal)
  }

  /**
   * As `put`, but never replaces an object. S3 decides that when it completes the write, so of several writers exactly
   * one creates the object. If a delete interferes with a stream, which cannot be read again, S3's error is thrown.
   * @param labels.metadata at most 2 KB of visible ASCII characters
   * @param labels.tags these need the permission `s3:PutObjectTagging`
   * @returns false if an object with this key exists. The bytes were read completely.
   */
  async create(
    key: string,
    contentType: string,
    bytes: Buffer | AsyncIterable<Buffer>,
    signal: AbortSignal,
    { metadata = {}, tags }: Labels = {},
  ): Promise<boolean> {
    const object = {
      ...this.#object(key),
      ContentType: contentType,
      IfNoneMatch: '*',
      Metadata: { ...metadata },
      ...(tags && { Tagging: new URLSearchParams(tags).toString() }),
    }
    const pauses = Buffer.isBuffer(bytes) ? conflictPauses : []
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.#write(object, bytes, signal)
        return true
      } catch (error) {
        if (isNamed(error, 'PreconditionFailed')) return false
        const pause = pauses[attempt]
        if (pause === undefined || !isNamed(error, 'ConditionalRequestConflict')) throw error
        await setTimeout(pause, undefined, { signal })
      }
    }
  }

  async #write(
    target: PutObjectCommandInput,
    bytes: Buffer | AsyncIterable<Buffer>,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted()
    const object = { ...target, ChecksumAlgorithm: 'CRC32' as const }
    if (Buffer.isBuffer(bytes) && bytes.length < partSize) {
      const command = new PutObjectCommand({ ...object, Body: bytes, ContentLength: bytes.length })
      await this.#client.send(command, { abortSignal: signal })
    } else await this.#putParts(object, Buffer.isBuffer(bytes) ? slicesOf(bytes) : bytes, signal)
  }

  /** @returns the object as a stream, or undefined if it does not exist */
  async open(key: string, signal: AbortSignal): Promise<AsyncIterable<Buffer> | undefined> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand(this.#object(key)), { abortSignal: signal })
      if (!(Body instanceof Readable)) throw new Error('The response from S3 has no stream')
      // A stream that is not ended keeps its connection open.
      signal.addEventListener('abort', () => Body.destroy(), { once: true })
      return Body
    } catch (error) {
      if (isNamed(error, 'NoSuchKey')) return undefined
      throw error
    }
  }

  async exists(key: string): Promise<boolean> {
    return (await this.metadata(key)) !== undefined
  }

  /** @returns the object's metadata, or undefined if the object does not exist */
  async metadata(key: string): Promise<Record<string, string> | undefined> {
    try {
      const { Metadata = {} } = await this.#client.send(new HeadObjectCommand(this.#object(key)))
      return Metadata
    } catch (error) {
      if (error instanceof NotFound) return undefined
      throw error
    }
  }

  /** Lists up to 1,000 objects whose keys sort after `after`. */
  async list(after: string): Promise<ObjectPage> {
    const command = new ListObjectsV2Command({ Bucket: this.#bucket, StartAfter: after })
    const { Contents = [], IsTruncated = false } = await this.#client.send(command)
    const objects = Contents.flatMap(({ Key, LastModified }) =>
      Key === undefined || LastModified === undefined ? [] : [{ key: Key, storedAt: LastModified }],
    )
    return { objects, more: IsTruncated }
  }

  /** @returns a link to the object with these response headers. It does not check that the object exists. */
  async link(key: string, { seconds, contentType, contentDisposition }: Link): Promise<string> {
    const download = new GetObjectCommand({
      ...this.#object(key),
      ResponseCacheControl: cacheControl,
      ResponseContentType: contentType,
      ResponseContentDisposition: contentDisposition,
    })
    return await getSignedUrl(this.#client, download, { expiresIn: seconds })
  }

  /** Replaces the object's tags. A missing object has nothing to tag, which is not an error. */
  async tag(key: string, tags: Readonly<Record<string, string>>): Promise<void> {
    const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
    try {
      await this.#client.send(new PutObjectTaggingCommand({ ...this.#object(key), Tagging: { TagSet } }))
    } catch (error) {
      if (!isNamed(error, 'NoSuchKey')) throw error
    }
  }

  /**
   * Removes every version of the objects whose keys start with a prefix, for ever. It can be repeated.
   * @param exact whether only the object with exactly this key is meant
   */
  async removeVersions(prefix: string, { exact }: { readonly exact: boolean }): Promise<void> {
    let page: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } | undefined = {}
    while (page) {
      const listed: ListObjectVersionsCommandOutput = await this.#client.send(
        new ListObjectVersionsCommand({ Bucket: this.#bucket, Prefix: prefix, ...page }),
      )
      for (const { Key, VersionId } of [...(listed.Versions ?? []), ...(listed.DeleteMarkers ?? [])])
        if (Key !== undefined && VersionId !== undefined && (!exact || Key === prefix))
          await this.#client.send(new DeleteObjectCommand({ ...this.#object(Key), VersionId }))
      const { IsTruncated, NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = listed
      page = IsTruncated ? { ...(KeyMarker && { KeyMarker }), ...(VersionIdMarker && { VersionIdMarker }) } : undefined
    }
  }

  /**
   * `Upload.abort()` settles immediately while parts and clean-up still run, so a frozen Lambda function would leave an
   * unfinished upload. Instead, the input stream ends with the reason of the abort. `Upload` then waits for the parts
   * in progress, aborts the upload, and only then rejects. It passes the condition of the object to the request that
   * completes the upload (node_modules/@aws-sdk/lib-storage/dist-es/Upload.js).
   */
  async #putParts(object: PutObjectCommandInput, chunks: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void> {
    const upload = new Upload({
      client: this.#client,
      params: { ...object, Body: Readable.from(abortable(chunks, signal), { highWaterMark: 1 }) },
      partSize,
      queueSize: partsUnderWay,
      leavePartsOnError: false,
    })
    await upload.done()
  }

  #object(key: string) {
    return { Bucket: this.#bucket, Key: key }
  }
}

const isNamed = (error: unknown, name: string): boolean => error instanceof S3ServiceException && error.name === name

async function* slicesOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += partSize) yield bytes.subarray(at, at + partSize)
}
