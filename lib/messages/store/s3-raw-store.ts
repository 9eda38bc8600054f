import type { MessageId, RawStore } from '../message.ts'
import { type S3Client, S3Objects } from './s3-objects.ts'

const linkSeconds = 300
/** Raw mail (RFC 5322). The parts inside declare their own charsets. */
export const rawMailType = 'message/rfc822'
/** A lifecycle rule of the bucket selects raw mail with this tag (cdk/data/raw-mail.ts). */
const endedTag = { 'postmaster-handover': 'ended' }

/**
 * Stores raw mail as objects in one bucket, with the message id as the key.
 *
 * Permissions: `put` needs `s3:PutObject` and `s3:AbortMultipartUpload`. `downloadLink` and `open` need `s3:GetObject`
 * and, on the bucket, `s3:ListBucket`. Without the latter, S3 returns 403 for a missing object, which looks like a
 * missing permission. `markEnded` needs `s3:PutObjectTagging` and `s3:ListBucket`.
 */
export class S3RawStore implements RawStore {
  readonly #objects: S3Objects

  constructor(client: S3Client, bucket: string) {
    this.#objects = new S3Objects(client, bucket)
  }

  async put(
    messageId: MessageId,
    bytes: Buffer | AsyncIterable<Buffer>,
    signal: AbortSignal,
  ): Promise<'stored' | 'exists'> {
    return (await this.#objects.create(messageId, rawMailType, bytes, signal)) ? 'stored' : 'exists'
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
    await this.#objects.tag(messageId, endedTag)
  }
}
