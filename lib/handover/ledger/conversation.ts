import { createHash } from 'node:crypto'
import type { Message } from '../../messages/message.ts'

/**
 * @returns the message's conversation at a destination. Its deliveries are made one after another. It depends only on
 * the message's row, so planning a message again finds the same lane.
 */
export const laneOf = (destinationId: string, message: Message): string =>
  `${destinationId}#${sha256(threadOf(message)).toString('hex').slice(0, laneDigits)}`

/**
 * @returns where the delivery stands in its lane. Places sort by the time at which the mail server received the
 * message, because up to 32 messages are stored side by side. Within the same second, a mail comes before its replies.
 */
export const placeOf = ({ source, storedAt, header, messageId }: Message): string => {
  const second = (source.internalDate ?? storedAt).slice(0, 'yyyy-mm-ddThh:mm:ss'.length)
  const ancestors = Math.max(header?.references.length ?? 0, header?.inReplyTo === undefined ? 0 : 1)
  return `${second}#${String(ancestors).padStart(3, '0')}#${messageId}`
}

/**
 * @returns the message group in which the wakes of the lane are sent. SQS hands out one wake of a group at a time, so a
 * destination receives at most `concurrency` deliveries at once.
 */
export const groupOf = (lane: string, concurrency: number): string =>
  `${lane.slice(0, lane.lastIndexOf('#'))}#${sha256(lane).readUInt32BE() % concurrency}`

/** 128 bits, so that two conversations never share a lane by chance. */
const laneDigits = 32

/**
 * The first mail of a conversation and its replies name the same Message-ID. A client that sends only In-Reply-To
 * begins a new conversation with each further reply.
 */
const threadOf = ({ header, messageId }: Message): string => {
  const { threadRoot, references = [], inReplyTo, messageIdHeader } = header ?? {}
  const named = threadRoot ?? references[0] ?? inReplyTo ?? messageIdHeader
  return (named && idIn(named)) || messageId
}

/** In-Reply-To may contain words beside the Message-ID (RFC 5322, section 4.5.4). */
const idIn = (field: string): string => /<[^<>\s]+>/.exec(field)?.[0] ?? field.trim()

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()
