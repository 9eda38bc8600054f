import type { MessageId } from '../message.ts'
import { safeFileName } from './file-name.ts'
import type { PartPath } from './part-path.ts'
import { type ReadingServices, readAttachment } from './read-mail.ts'

/** Attachments taken out of their message for a download; they are removed by themselves, a day later. */
export interface AttachmentStore {
  put(messageId: MessageId, path: PartPath, content: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void>
  /** A link that works for 300 seconds and saves a file, whatever the content is. */
  link(messageId: MessageId, path: PartPath, fileName: string): Promise<string>
}

/**
 * Takes one attachment out of the stored message; the stored bytes stay as they are.
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
