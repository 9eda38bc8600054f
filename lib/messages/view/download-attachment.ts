import type { MessageId } from '../message.ts'
import { safeFileName } from './file-name.ts'
import type { PartPath } from './part-path.ts'
import { type ReadingServices, readAttachment } from './read-mail.ts'

/** Stores attachments extracted for download. They are deleted automatically after a day. */
export interface AttachmentStore {
  put(messageId: MessageId, path: PartPath, content: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void>
  /** @returns a link that is valid for 300 seconds and always saves a file, whatever the content */
  link(messageId: MessageId, path: PartPath, fileName: string): Promise<string>
}

/**
 * Extracts one attachment from the stored message. The stored bytes do not change.
 * @throws ProblemError `not-found`, `raw-mail-expired`, `attachment-unreadable`
 */
export const linkToAttachment = async (
  services: ReadingServices & { readonly attachments: AttachmentStore },
  messageId: MessageId,
  path: PartPath,
): Promise<string> => {
  const signal = AbortSignal.timeout(services.readingTime)
  const name = await readAttachment(services, { messageId, path, signal }, async ({ part, index }) => {
    await services.attachments.put(messageId, path, part.content, signal)
    return safeFileName(part.fileName, part.contentType, index)
  })
  return await services.attachments.link(messageId, path, name)
}
