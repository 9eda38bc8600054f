import { type AutomaticMail, automaticMailOf, type FoundSign } from '../messages/automatic-mail.ts'
import type { MessageHeader } from '../messages/message-header.ts'
import type { QueueDirectory } from './queue-directory.ts'

/**
 * Decides whether a mail is automatic. Besides the signs in the header, a sender that is one of our own system
 * addresses is a sign. Rejects only if the directory does.
 * @returns undefined if there is no sign of automatic mail
 */
export const judgeAutomaticMail = async (
  { automaticSigns, senders }: Pick<MessageHeader, 'automaticSigns' | 'senders'>,
  directory: QueueDirectory,
): Promise<AutomaticMail | undefined> => {
  const own = await ownSignOf(senders, directory)
  return automaticMailOf(own ? [...automaticSigns, own] : automaticSigns)
}

/**
 * An answer to our own address comes back to us. The sign is weak if an answer reaches another person: web forms write
 * our address into From and the visitor's address into Reply-To, and relays write our address into Sender.
 */
const ownSignOf = async (
  { from, sender, replyTo }: MessageHeader['senders'],
  directory: QueueDirectory,
): Promise<FoundSign | undefined> => {
  if (from.length + sender.length === 0) return undefined
  const own = await directory.queuesByAddress([...from, ...sender, ...replyTo])
  const isOwn = (address: string) => own.has(address)
  const author = from.find(isOwn)
  if (author !== undefined)
    return { sign: replyTo.every(isOwn) ? 'own-sender' : 'own-relay', header: 'from', value: author }
  const relay = sender.find(isOwn)
  return relay === undefined ? undefined : { sign: 'own-relay', header: 'sender', value: relay }
}
