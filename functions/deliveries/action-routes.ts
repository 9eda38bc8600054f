import * as z from 'zod'
import type { ActionServices } from '../../lib/handover/actions/change-delivery.ts'
import { redirectDelivery, replayMessage } from '../../lib/handover/actions/redirect-and-replay.ts'
import { handleDelivery, retryDelivery } from '../../lib/handover/actions/retry-and-handle.ts'
import { type Delivery, deliveryIdPartsOf } from '../../lib/handover/ledger/delivery.ts'
import { shownDelivery, shownDeliverySchema } from '../../lib/handover/viewing/shown-delivery.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { messageIdParam } from '../shared/http/message-id.ts'
import { noteBody } from '../shared/http/note-body.ts'
import { type Route, route } from '../shared/http/route.ts'
import { deliveryParams, exampleDelivery } from './delivery-params.ts'

const answerOf = (description: string) => ({ 200: { description, body: shownDeliverySchema } })

const otherDestination = z.strictObject({
  destinationId: z
    .string()
    .min(1)
    .max(64)
    .meta({ description: 'The destination that receives the message.', examples: [exampleIds.otherDestination] }),
})
const exampleBody = { destinationId: exampleIds.otherDestination }

/** The routes with which a person decides about deliveries. */
export const actionRoutes = (services: ActionServices): Route[] => {
  const answer = async (delivery: Delivery) => ({ status: 200, body: await shownDelivery(services, delivery) })
  return [
    route({
      method: 'POST',
      path: '/deliveries/{deliveryId}/retry',
      role: 'admin',
      params: deliveryParams,
      operation: 'retryDelivery',
      summary: 'Try a delivery again',
      description:
        'Lets the next attempt of a quarantined, waiting or in-doubt delivery begin as soon as the earlier mails of its ' +
        'conversation have been delivered. The back-off starts over. If the destination fails, Postmaster probes it ' +
        'within a minute, and continues if it works.',
      answers: answerOf('The delivery, which is now `pending`.'),
      problems: ['not-found', 'delivery-ended', 'delivery-under-way'],
      examples: [{ summary: 'A quarantined delivery', ...exampleDelivery, status: 200 }],
      handle: async ({ params, caller }) => await answer(await retryDelivery(services, params.deliveryId, caller)),
    }),
    route({
      method: 'POST',
      path: '/deliveries/{deliveryId}/handle',
      role: 'admin',
      params: deliveryParams,
      body: noteBody,
      operation: 'handleDelivery',
      summary: 'Mark a delivery as handled',
      description:
        'Ends the delivery without handing the message over. Use it if a person has dealt with the message in another ' +
        'way. The message stays stored and can be replayed later.',
      answers: answerOf('The delivery, which is now `handled`.'),
      problems: ['not-found', 'delivery-ended', 'delivery-under-way'],
      examples: [
        { summary: 'A delivery', ...exampleDelivery, status: 200 },
        { summary: 'A delivery with a note', ...exampleDelivery, body: { note: 'Answered by phone.' }, status: 200 },
      ],
      handle: async ({ params: { deliveryId }, body, caller }) =>
        await answer(await handleDelivery(services, { deliveryId, note: body?.note }, caller)),
    }),
    route({
      method: 'POST',
      path: '/deliveries/{deliveryId}/redirect',
      role: 'admin',
      params: deliveryParams,
      body: otherDestination,
      operation: 'redirectDelivery',
      summary: 'Send a message to another destination',
      description:
        'Hands the message over to another destination, even if that destination does not select it, and marks this ' +
        'delivery as `handled`.',
      answers: answerOf('The delivery to the other destination.'),
      problems: ['not-found', 'message-erased', 'delivery-ended', 'delivery-under-way'],
      examples: [{ summary: 'To another destination', ...exampleDelivery, body: exampleBody, status: 200 }],
      handle: async ({ params: { deliveryId }, body: { destinationId }, caller }) =>
        await answer((await redirectDelivery(services, { deliveryId, destinationId }, caller)).delivery),
    }),
    route({
      method: 'POST',
      path: '/deliveries/{deliveryId}/replay',
      role: 'admin',
      params: deliveryParams,
      operation: 'replayDelivery',
      summary: 'Deliver a message again',
      description:
        'Hands the message of an ended or quarantined delivery over to the same destination again. A receiver that does ' +
        'not drop repeated messages creates a second ticket.',
      answers: answerOf('The delivery, which is now `pending`.'),
      problems: ['not-found', 'message-erased', 'delivery-open', 'delivery-under-way'],
      examples: [{ summary: 'A delivery', ...exampleDelivery, status: 200 }],
      handle: async ({ params, caller }) =>
        await answer(await replayMessage(services, deliveryIdPartsOf(params.deliveryId), caller)),
    }),
    route({
      method: 'POST',
      path: '/messages/{messageId}/replay',
      role: 'admin',
      params: z.strictObject({ messageId: messageIdParam }),
      body: otherDestination,
      operation: 'replayMessage',
      summary: 'Deliver a message to a destination',
      description:
        'Hands a stored message over to a destination, for the first time or again, even if the destination does not ' +
        'select it. Use it for messages that were stored before the destination existed.',
      answers: answerOf('The delivery, which is now `pending`.'),
      problems: ['not-found', 'message-erased', 'delivery-open', 'delivery-under-way'],
      examples: [{ summary: 'A message', params: { messageId: exampleIds.message }, body: exampleBody, status: 200 }],
      handle: async ({ params: { messageId }, body: { destinationId }, caller }) =>
        await answer(await replayMessage(services, { messageId, destinationId }, caller)),
    }),
  ]
}
