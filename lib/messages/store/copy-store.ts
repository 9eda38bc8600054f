import type { MessageId } from '../message.ts'
import { attachmentDisposition } from './content-disposition.ts'
import { type S3Client, S3Objects } from './s3-objects.ts'
import { rawMailType } from './s3-raw-store.ts'

/**
 * Stores copies of raw mail whose control headers were changed for a receiver, under `copies/<key>` in the bucket of the
 * raw mail. A lifecycle rule removes them after a day.
 *
 * Permissions: Storing needs `s3:PutObject` and `s3:AbortMultipartUpload` under that prefix. The link needs
 * `s3:GetObject`.
 */
export class CopyStore {
  readonly #objects: S3Objects

  constructor(client: S3Client, bucket: string) {
    this.#objects = new S3Objects(client, bucket)
  }

  async put(key: string, mail: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void> {
    await this.#objects.put(copyObjectOf(key), rawMailType, mail, signal)
  }

  /** @returns a link to the copy that is valid for this many seconds */
  async link(key: string, seconds: number, fileName: string): Promise<string> {
    const contentDisposition = attachmentDisposition(fileName)
    return await this.#objects.link(copyObjectOf(key), { seconds, contentType: rawMailType, contentDisposition })
  }
}

/** @returns the key of the copy of a message for one destination */
export const copyKeyOf = (destinationId: string, messageId: MessageId): string => `${destinationId}/${messageId}`

/** @returns the object's key in the bucket */
export const copyObjectOf = (key: string): string => `copies/${key}`
