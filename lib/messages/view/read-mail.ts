import { ProblemError } from '../../reasons/problem.ts'
import type { MessageId } from '../message.ts'
import type { AttachmentStore } from '../store/attachment-store.ts'
import { findRawMail, type MessageCatalog } from '../store/message-catalog.ts'
import type { S3RawStore } from '../store/s3-raw-store.ts'
import { safeFileName } from './file-name.ts'
import { UnreadableMail } from './parts/mail-parts.ts'
import { type AttachedPart, type PartPath, withAttachment } from './sorted-parts.ts'

export interface ReadingServices {
  readonly messages: Pick<MessageCatalog, 'read'>
  readonly raw: Pick<S3RawStore, 'open'>
  /** The time limit for reading one message, in milliseconds. */
  readonly readingTime: number
}

/** @throws ProblemError `not-found`, `raw-mail-expired` */
export const openRawMail = (
  { messages, raw }: ReadingServices,
  messageId: MessageId,
  signal: AbortSignal,
): Promise<AsyncIterable<Buffer>> => findRawMail(messages, messageId, (storedAs) => raw.open(storedAs, signal))

/**
 * Finds one attachment in the message's stream and passes it to `use`.
 * @throws ProblemError `not-found`, `raw-mail-expired`, `attachment-unreadable`; the errors of `use`
 */
export const readAttachment = async <T>(
  services: ReadingServices,
  { messageId, path, signal }: { messageId: MessageId; path: PartPath; signal: AbortSignal },
  use: (attachment: AttachedPart) => Promise<T>,
): Promise<T> => {
  const source = await openRawMail(services, messageId, signal)
  try {
    const found = await withAttachment(source, path, signal, async (one) => ({ answer: await use(one) }))
    if (found) return found.answer
  } catch (error) {
    if (error instanceof ProblemError) throw error
    if (error instanceof UnreadableMail) throw unreadable('The message is malformed or has too many parts.')
    if (signal.aborted) throw unreadable('Reading the message took too long.')
    throw error
  }
  throw new ProblemError('not-found', `The message has no attachment ${path}.`)
}

const unreadable = (detail: string) => new ProblemError('attachment-unreadable', detail)

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
