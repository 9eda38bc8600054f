import { ProblemError } from '../reasons/problem.ts'
import type { Message, MessageId, RawStore } from './message.ts'
import type { MessageCatalog } from './message-catalog.ts'

/** @throws ProblemError `not-found` */
export const readMessage = async (
  { messages }: { messages: Pick<MessageCatalog, 'read'> },
  messageId: MessageId,
): Promise<Message> => {
  const message = await messages.read(messageId)
  if (!message) throw new ProblemError('not-found', 'There is no message with this id.')
  return message
}

/**
 * @returns a presigned link to the raw bytes, valid for 300 s
 * @throws ProblemError `not-found`, `raw-mail-expired`
 */
export const linkToRawMail = async (
  { messages, raw }: { messages: Pick<MessageCatalog, 'read'>; raw: Pick<RawStore, 'downloadLink'> },
  messageId: MessageId,
): Promise<string> => {
  const { sameAs, storedAt } = await readMessage({ messages }, messageId)
  // A message that repeats known bytes may have been recorded without storing the bytes a second time.
  const link = (await raw.downloadLink(messageId)) ?? (sameAs && (await raw.downloadLink(sameAs)))
  if (!link) throw new ProblemError('raw-mail-expired', `The raw mail stored at ${storedAt} has been removed.`)
  return link
}
