import type { MessageId, RawStore } from '../message.ts'
import { metadataOf, originIn, type RawOrigin } from './raw-origin.ts'
import { type ObjectPage, type S3Client, S3Objects } from './s3-objects.ts'

const linkSeconds = 300
/** Raw mail (RFC 5322). The parts inside declare their own charsets. */
export const rawMailType = 'message/rfc822'
/** Lifecycle rules of the bucket select raw mail with these tags (cdk/data/raw-mail.ts). */
const receivedTag = { 'postmaster-received': 'announced' }
/** Tagging replaces all tags. Mail whose deliveries have ended was also received. */
const endedTags = { 'postmaster-handover': 'ended', ...receivedTag }

/** @returns whether a program receives the announcements, besides the planning of deliveries */
export type HasSubscribers = () => Promise<boolean>

/**
 * Stores raw mail as objects in one bucket, with the message id as the key.
 *
 * Permissions: `put` needs `s3:PutObject`, `s3:AbortMultipartUpload` and, with subscribers, `s3:PutObjectTagging`. `list`
 * needs `s3:ListBucket` on the bucket. `downloadLink`, `open` and `origin` need `s3:GetObject` and, on the bucket,
 * `s3:ListBucket`. Without the latter, S3 returns 403 for a missing object, which looks like a
 * missing permission. `markEnded` needs `s3:PutObjectTagging` and `s3:ListBucket`.
 */
export class S3RawStore implements RawStore {
  readonly #objects: S3Objects
  readonly #hasSubscribers: HasSubscribers

  /** @param hasSubscribers only for a function that stores raw mail */
  constructor(client: S3Client, bucket: string, hasSubscribers: HasSubscribers = async () => false) {
    this.#objects = new S3Objects(client, bucket)
    this.#hasSubscribers = hasSubscribers
  }

  async put(
    messageId: MessageId,
    bytes: Buffer | AsyncIterable<Buffer>,
    signal: AbortSignal,
    origin?: RawOrigin,
  ): Promise<'stored' | 'exists'> {
    const metadata = origin && metadataOf(origin)
    const tags = (await this.#hasSubscribers()) ? receivedTag : undefined
    const created = await this.#objects.create(messageId, rawMailType, bytes, signal, { metadata, tags })
    return created ? 'stored' : 'exists'
  }

  /**
   * @returns the origin that was stored with the raw mail; `unknown` if there is none, for example because an earlier
   * version stored the mail; undefined if the raw mail has expired
   */
  async origin(messageId: MessageId): Promise<RawOrigin | 'unknown' | undefined> {
    const metadata = await this.#objects.metadata(messageId)
    return metadata && (originIn(metadata) ?? 'unknown')
  }

  /** Lists up to 1,000 objects in the order of their keys, raw mail and others, starting after a key. */
  async list(after = ''): Promise<ObjectPage> {
    return await this.#objects.list(after)
  }

  /** @returns a link that is valid for 300 seconds by default, or undefined if the raw mail has expired */
  async downloadLink(messageId: MessageId, seconds = linkSeconds): Promise<string | undefined> {
    if (!(await this.#objects.exists(messageId))) return undefined
    const contentDisposition = `attachment; filename="${messageId}.eml"`
    return await this.#objects.link(messageId, { seconds, contentType: rawMailType, contentDisposition })
  }

  /** @returns the raw mail as a stream, or undefined if it has expired */
  async open(messageId: MessageId, signal: AbortSignal): Promise<AsyncIterable<Buffer> | undefined> {
    return await this.#objects.open(messageId, signal)
  }

  /**
   * Marks the raw mail of a message whose last delivery ended, so that it expires after HandedOverRetentionDays. Mail
   * that is stored again after it has expired has no mark.
   */
  async markEnded(messageId: MessageId): Promise<void> {
    await this.#objects.tag(messageId, endedTags)
  }
}
