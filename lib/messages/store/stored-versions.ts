import type { MessageId } from '../message.ts'
import { viewsOf } from './attachment-store.ts'
import { copyKeyOf, copyObjectOf } from './copy-store.ts'
import { type S3Client, S3Objects } from './s3-objects.ts'

/**
 * Removes what the bucket has of a message, with all old versions: the raw mail, the attachments that were extracted for
 * a download, and the copies for receivers.
 *
 * Permissions: `s3:DeleteObjectVersion`, and `s3:ListBucketVersions` on the bucket.
 */
export class StoredVersions {
  readonly #objects: S3Objects

  constructor(client: S3Client, bucket: string) {
    this.#objects = new S3Objects(client, bucket)
  }

  /** It can be repeated after a failure. @param destinationIds the destinations for which copies may exist */
  async removeAll(messageId: MessageId, destinationIds: readonly string[]): Promise<void> {
    // The raw mail comes first, so that nothing is derived from it afterwards.
    await this.#objects.removeVersions(messageId, { exact: true })
    await this.#objects.removeVersions(viewsOf(messageId), { exact: false })
    for (const destinationId of destinationIds)
      await this.#objects.removeVersions(copyObjectOf(copyKeyOf(destinationId, messageId)), { exact: true })
  }
}
