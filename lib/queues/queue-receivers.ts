import * as z from 'zod'
import type { validities } from '../accounts/account.ts'
import type { Reason } from '../reasons/reason.ts'
import { exampleIds, reasonFields } from '../requests/documented-fields.ts'

type Validity = (typeof validities)[number]

/** A destination of the hand-over, as far as queues know it. */
export interface QueueReceiver {
  readonly destinationId: string
  readonly name: string
  readonly validity: Validity
  readonly queueIds: 'all' | readonly string[]
}

export interface QueueReceivers {
  all(): Promise<readonly QueueReceiver[]>
}

const notReceived: Reason = {
  code: 'queue-not-received',
  detail: 'No valid destination receives mail of this queue.',
  remedy: 'Add the queue to the selection of a destination, or make its destination valid.',
}

/** The fields of a queue's view that follow from the destinations. */
export const receivedFields = {
  receivedBy: z.array(z.string()).meta({
    description: 'The ids of the valid destinations that receive mail of this queue, or a part of it.',
    examples: [[exampleIds.destination]],
  }),
  warning: z
    .object(reasonFields(notReceived))
    .meta({ description: 'Present if destinations exist, but none of them receives the mail of this queue.' })
    .optional(),
}

/** A deployment without destinations hands mail over in another way, so it gets no warning. */
export const receivedOf = (
  { queueId, validity }: { readonly queueId: string; readonly validity: Validity },
  receivers: readonly QueueReceiver[],
): { receivedBy: string[]; warning?: Reason } => {
  const receivedBy = receivers
    .filter((receiver) => receiver.validity === 'valid' && selects(receiver, queueId))
    .map(({ destinationId }) => destinationId)
  const isMissed = receivers.length > 0 && receivedBy.length === 0 && validity === 'valid'
  return { receivedBy, ...(isMissed && { warning: notReceived }) }
}

const selects = ({ queueIds }: QueueReceiver, queueId: string): boolean =>
  queueIds === 'all' || queueIds.includes(queueId)

/** @returns the names of the destinations that select exactly this queue, whatever their validity */
export const namedReceivers = (queueId: string, receivers: readonly QueueReceiver[]): string[] =>
  receivers.filter(({ queueIds }) => queueIds !== 'all' && queueIds.includes(queueId)).map(({ name }) => name)
