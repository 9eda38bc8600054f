import type { MessageId } from '../message.ts'
import { attachmentDisposition } from './content-disposition.ts'
import { type S3Client, S3Objects } from './s3-objects.ts'

const linkSeconds = 300
/** Used instead of the sender's content type, so that no browser displays or runs the file. */
const harmlessType = 'application/octet-stream'

/**
 * Stores attachments under `views/<message id>/<path>` in the bucket of the raw mail. A lifecycle rule removes them after
 * a day.
 *
 * Permissions: Storing needs `s3:PutObject` and `s3:AbortMultipartUpload` under that prefix. The link needs
 * `s3:GetObject`.
 */
export class AttachmentStore {
  readonly #objects: S3Objects

  constructor(client: S3Client, bucket: string) {
    this.#objects = new S3Objects(client, bucket)
  }

  async put(messageId: MessageId, path: string, content: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void> {
    await this.#objects.put(keyOf(messageId, path), harmlessType, content, signal)
  }

  /** @returns a link that is valid for 300 seconds and always saves a file, whatever the content */
  async link(messageId: MessageId, path: string, fileName: string): Promise<string> {
    const contentDisposition = attachmentDisposition(fileName)
    const settings = { seconds: linkSeconds, contentType: harmlessType, contentDisposition }
    return await this.#objects.link(keyOf(messageId, path), settings)
  }
}

/** @returns the beginning of the keys of a message's attachments */
export const viewsOf = (messageId: MessageId): string => `views/${messageId}/`

const keyOf = (messageId: MessageId, path: string): string => viewsOf(messageId) + path
