import type { MessageHeader } from '../messages/message-header.ts'
import type { QueueDirectory } from '../queues/queue.ts'

type Recipient = MessageHeader['recipients'][number]
type FoundQueue = NonNullable<Awaited<ReturnType<QueueDirectory['queueById']>>>

/** DynamoDB reads 100 keys at once. Nearly every message has its match among the first addresses. */
const addressesPerLookup = 100

/** @returns the first recipient, in the order of the header list, that is a valid system address, and its queue */
export const findRecipientQueue = async (
  recipients: readonly Recipient[],
  directory: QueueDirectory,
): Promise<{ readonly recipient: Recipient; readonly queue: FoundQueue } | undefined> => {
  const first = new Map<string, Recipient>()
  for (const recipient of recipients) if (!first.has(recipient.address)) first.set(recipient.address, recipient)
  const candidates = [...first.values()]
  for (let from = 0; from < candidates.length; from += addressesPerLookup) {
    const asked = candidates.slice(from, from + addressesPerLookup)
    const queues = await directory.queuesByAddress(asked.map(({ address }) => address))
    for (const recipient of asked) {
      const queue = queues.get(recipient.address)
      if (queue) return { recipient, queue }
    }
  }
  return undefined
}
