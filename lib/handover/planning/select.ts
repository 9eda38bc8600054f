import type { Message } from '../../messages/message.ts'
import type { Destination } from '../destinations/destination.ts'

/**
 * Whether the destination receives the message. Validity does not matter here: mail for a destination that is not valid
 * waits until someone makes it valid, so that a pause loses nothing.
 */
export const selects = ({ selection }: Pick<Destination, 'selection'>, message: Message): boolean => {
  const { queueIds, accountIds, trustedOnly, loops } = selection
  return (
    (queueIds === 'all' || queueIds.includes(message.queueId)) &&
    (accountIds === undefined || accountIds.includes(message.accountId)) &&
    (message.trusted || !trustedOnly) &&
    (loops || message.automatic?.kind === undefined)
  )
}

/** @returns the receiver's name for the message's queue */
export const queueNameFor = (
  { queueMap }: Pick<Destination, 'queueMap'>,
  { queueId, queueName }: Pick<Message, 'queueId' | 'queueName'>,
): string => new Map(Object.entries(queueMap.names)).get(queueId) ?? queueMap.default ?? queueName
