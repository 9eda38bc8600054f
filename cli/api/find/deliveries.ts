import * as z from 'zod'
import { plain } from '../../terminal/text.ts'
import type { ApiClient } from '../client.ts'
import { queryOf } from '../listing.ts'
import { destinationNamed } from './by-name.ts'
import { choose, isPartOf, type Kind } from './choose.ts'
import { isMessageId, isPartOfMessageId, isUlid, newestMatching, notAmongNewest } from './ids.ts'

const kind: Kind = { singular: 'delivery', plural: 'deliveries', remedy: 'See `postmaster deliveries list`.' }

const deliverySchema = z.looseObject({
  deliveryId: z.string(),
  messageId: z.string(),
  destinationName: z.string().optional(),
  subject: z.string().optional(),
})
type Delivery = z.infer<typeof deliverySchema>

/** @returns whether the text is a full id of a delivery, which consists of the ids of a destination and a message */
export const isDeliveryId = (text: string): boolean => {
  const [destinationId = '', messageId = '', ...others] = text.split('.')
  return others.length === 0 && isUlid(destinationId) && isMessageId(messageId)
}

/**
 * @param text a full id, which is not looked up, `DESTINATION.MESSAGE` with the name or a part of an id on each side,
 *   or the id of a message that has only one delivery
 * @throws CliError that lists the candidates
 */
export const deliveryIdOf = async (api: ApiClient, text: string): Promise<string> => {
  if (isDeliveryId(text)) return text
  const dot = text.lastIndexOf('.')
  const found =
    dot > 0 ? await deliveriesTo(api, text.slice(0, dot), text.slice(dot + 1)) : await deliveriesOf(api, text)
  if (found.length === 0)
    return notAmongNewest(
      'delivery',
      plain(text),
      'See `postmaster deliveries list`. An older delivery needs its full id.',
    )
  const candidates = found.map(({ deliveryId, messageId, destinationName = '', subject = '' }) => ({
    id: deliveryId,
    names: [`${destinationName}: ${subject}`],
    // Each delivery was found by its message.
    otherIds: [messageId, text],
  }))
  return choose(candidates, text, kind).id
}

const deliveriesTo = async (api: ApiClient, destination: string, message: string): Promise<Delivery[]> => {
  const { destinationId } = await destinationNamed(api, destination)
  return await newestMatching(
    api.list(`/deliveries?${queryOf({ limit: '100', destinationId })}`, deliverySchema),
    ({ messageId }) => isPartOf(message, messageId),
    false,
  )
}

const deliveriesOf = async (api: ApiClient, message: string): Promise<Delivery[]> => {
  if (isMessageId(message)) return await api.all(`/deliveries?${queryOf({ messageId: message })}`, deliverySchema)
  if (!isPartOfMessageId(message)) return []
  const newest = await newestMatching(
    api.list('/deliveries?limit=100', deliverySchema),
    ({ messageId }) => isPartOf(message, messageId),
    false,
  )
  const messageIds = [...new Set(newest.map(({ messageId }) => messageId))]
  const [only, ...others] = messageIds
  // The other deliveries of the message may be older.
  return only !== undefined && others.length === 0 ? await deliveriesOf(api, only) : newest
}
