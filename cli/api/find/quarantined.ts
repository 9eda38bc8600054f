import * as z from 'zod'
import type { ApiClient } from '../client.ts'
import { choose, type Kind } from './choose.ts'
import { isDeliveryId } from './deliveries.ts'
import { isMessageId } from './ids.ts'

const kind: Kind = {
  singular: 'entry of the quarantine',
  plural: 'entries of the quarantine',
  remedy: 'See `postmaster quarantine list`.',
}

const itemSchema = z.looseObject({
  messageId: z.string(),
  deliveryId: z.string().optional(),
  destinationName: z.string().optional(),
  subject: z.string().optional(),
})

/**
 * @param text a part of the id of a delivery or a message, or a full id, which is not looked up
 * @returns the full id of the delivery or the message
 */
export const quarantinedIdOf = async (api: ApiClient, text: string): Promise<string> => {
  if (isMessageId(text) || isDeliveryId(text)) return text
  const items = await api.all('/quarantine?limit=100', itemSchema)
  const candidates = items.map(({ messageId, deliveryId = messageId, destinationName = '', subject = '' }) => ({
    id: deliveryId,
    names: [`${destinationName} ${subject}`.trim()],
    otherIds: [messageId],
  }))
  return choose(candidates, text, kind).id
}
