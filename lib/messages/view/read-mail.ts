import { ProblemError } from '../../reasons/problem.ts'
import type { MessageId } from '../message.ts'
import type { MessageCatalog } from '../message-catalog.ts'
import { readMessage } from '../read-messages.ts'
import { UnreadableMail } from './mail-parts.ts'
import { type AttachedPart, type PartPath, withAttachment } from './part-path.ts'

/** Raw mail as a stream. */
export interface RawReader {
  /** @returns undefined if the raw mail has expired */
  open(messageId: MessageId, signal: AbortSignal): Promise<AsyncIterable<Buffer> | undefined>
}

export interface ReadingServices {
  readonly messages: Pick<MessageCatalog, 'read'>
  readonly raw: RawReader
  /** The time limit for reading one message, in milliseconds. */
  readonly readingTime: number
}

/** @throws ProblemError `not-found`, `raw-mail-expired` */
export const openRawMail = async (
  { messages, raw }: ReadingServices,
  messageId: MessageId,
  signal: AbortSignal,
): Promise<AsyncIterable<Buffer>> => {
  const { sameAs, storedAt } = await readMessage({ messages }, messageId)
  // A message that repeats known bytes may have been recorded without storing the bytes a second time.
  const mail = (await raw.open(messageId, signal)) ?? (sameAs && (await raw.open(sameAs, signal)))
  if (!mail) throw new ProblemError('raw-mail-expired', `The raw mail stored at ${storedAt} has been removed.`)
  return mail
}

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
