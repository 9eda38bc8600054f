import * as z from 'zod'
import type { ActionServices } from '../../lib/handover/actions/change-delivery.ts'
import { replayMessages } from '../../lib/handover/actions/replay-messages.ts'
import { shownDeliveries, shownDeliverySchema } from '../../lib/handover/viewing/shown-delivery.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { messageIdParam } from '../shared/http/message-id.ts'
import { type Route, route } from '../shared/http/route.ts'

/** One request replays this many messages within its 20 seconds, even if each takes 200 ms. */
const mostMessages = 100

const problemSchema = z.object({
  code: z.string().meta({ description: 'A stable code for programs.', examples: ['delivery-open'] }),
  detail: z.string().meta({ description: 'What happened.', examples: ['The delivery is pending.'] }),
  remedy: z.string().meta({ description: 'What you can do about it.', examples: ['Wait for the next attempt.'] }),
})

export const replayAnswerSchema = z.object({
  items: z
    .array(
      z
        .object({
          messageId: messageIdParam,
          delivery: shownDeliverySchema.optional(),
          problem: problemSchema
            .meta({ description: 'Why this message is not handed over again. Present if `delivery` is absent.' })
            .optional(),
        })
        .meta({ description: 'What became of one message.' }),
    )
    .meta({ description: 'The messages in the order of the request.' }),
})

/** The route that hands many messages over to one destination. */
export const replayRoutes = (services: ActionServices & Parameters<typeof shownDeliveries>[0]): Route[] => [
  route({
    method: 'POST',
    path: '/destinations/{destinationId}/replay',
    role: 'admin',
    params: z.strictObject({
      destinationId: z
        .string()
        .min(1)
        .max(64)
        .meta({ description: 'The destination that receives the messages.', examples: [exampleIds.otherDestination] }),
    }),
    body: z.strictObject({
      messageIds: z
        .array(messageIdParam)
        .min(1)
        .max(mostMessages)
        .meta({ description: 'The ids of 1 to 100 messages.', examples: [[exampleIds.message]] }),
    }),
    operation: 'replayMessages',
    summary: 'Deliver several messages to a destination',
    description:
      'Hands stored messages over to a destination in the given order, for the first time or again, even if the ' +
      'destination does not select them. The response contains a delivery or a problem for each message, so one ' +
      'message does not stop the others. If the delivery of a message is still open, it stays as it is, and its ' +
      'problem is `delivery-open`. After 20 seconds, the remaining messages have the problem `not-tried`.',
    answers: { 200: { description: 'What became of each message.', body: replayAnswerSchema } },
    problems: ['not-found'],
    examples: [
      {
        summary: 'A message',
        params: { destinationId: exampleIds.otherDestination },
        body: { messageIds: [exampleIds.message] },
        status: 200,
      },
    ],
    handle: async ({ params: { destinationId }, body: { messageIds }, caller }) => {
      const replayed = await replayMessages(services, { messageIds, destinationId }, caller)
      const deliveries = replayed.flatMap((one) => ('delivery' in one ? [one.delivery] : []))
      const shown = new Map((await shownDeliveries(services, deliveries)).map((one) => [one.messageId, one]))
      const items = replayed.map((one) => ('delivery' in one ? { ...one, delivery: shown.get(one.messageId) } : one))
      return { status: 200, body: { items } }
    },
  }),
]
