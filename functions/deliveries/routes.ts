import * as z from 'zod'
import { deliveryFilters } from '../../lib/handover/ledger/delivery-catalog.ts'
import { deliveryPositionSchema } from '../../lib/handover/ledger/merged-keys.ts'
import { type ShownDelivery, shownDeliverySchema } from '../../lib/handover/viewing/shown-delivery.ts'
import {
  deliveriesOfMessage,
  deliveriesOfTicket,
  listDeliveries,
  readDelivery,
  type ViewDeliveriesServices,
} from '../../lib/handover/viewing/view-deliveries.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { invalidRequest } from '../../lib/requests/parse-request.ts'
import { decodeCursor, pageAnswer, pageSchema, pagingQuerySchema, timeRangeQuery } from '../shared/http/lists.ts'
import { messageIdParam } from '../shared/http/message-id.ts'
import { type Route, route } from '../shared/http/route.ts'
import { deliveryParams, exampleDelivery } from './delivery-params.ts'

const listQuerySchema = pagingQuerySchema.extend({
  destinationId: z
    .string()
    .min(1)
    .max(64)
    .meta({ description: 'Returns only deliveries to this destination.', examples: [exampleIds.destination] })
    .optional(),
  state: z
    .enum(deliveryFilters)
    .meta({
      description:
        'Returns only deliveries in this state. `open` selects those that are pending, delivering, waiting or in doubt.',
      examples: ['quarantined'],
    })
    .optional(),
  ...timeRangeQuery('Planned'),
  messageId: messageIdParam.meta({ description: 'Returns the deliveries of this message.' }).optional(),
  ticket: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .meta({
      description: 'Returns the deliveries that became this ticket. Case is ignored.',
      examples: ['2026030210000017'],
    })
    .optional(),
})
type ListQuery = z.output<typeof listQuerySchema>

export const deliveryRoutes = (services: ViewDeliveriesServices): Route[] => [
  route({
    method: 'GET',
    path: '/deliveries',
    role: 'reader',
    query: listQuerySchema,
    operation: 'listDeliveries',
    summary: 'List the deliveries',
    description:
      'A delivery is one message for one destination. The list is sorted by the time of planning, newest ' +
      'first. `messageId` and `ticket` cannot be combined with other filters. Without ' +
      '`from`, the list covers the last 31 days. If `state` is given and is neither `delivered` nor `handled`, the ' +
      'list is not limited in time. A page can be short, or even empty, and still have a `next`.',
    answers: { 200: { description: 'A page of deliveries.', body: pageSchema(shownDeliverySchema) } },
    examples: [
      { summary: 'The quarantine', query: { state: 'quarantined' }, status: 200 },
      {
        summary: 'What one destination received on one day',
        query: {
          destinationId: exampleIds.destination,
          state: 'delivered',
          from: '2026-03-02',
          to: '2026-03-02',
        },
        status: 200,
      },
      { summary: 'The mails of a ticket', query: { ticket: '2026030210000017' }, status: 200 },
      { summary: 'Where a message went', query: { messageId: exampleIds.message }, status: 200 },
    ],
    handle: async ({ query }) => {
      const all = await unpaged(services, query)
      if (all) return pageAnswer({ items: all })
      const { destinationId, state, from, to, limit, next } = query
      const cursor = decodeCursor(deliveryPositionSchema, next)
      return pageAnswer(await listDeliveries(services, { destinationId, state, from, to, limit, cursor }))
    },
  }),
  route({
    method: 'GET',
    path: '/deliveries/{deliveryId}',
    role: 'reader',
    params: deliveryParams,
    operation: 'readDelivery',
    summary: 'Read a delivery',
    description:
      'Returns the state of the delivery with its reason, the latest 20 attempts, and what the receiver returned, for ' +
      'example the ticket number.',
    answers: { 200: { description: 'The delivery.', body: shownDeliverySchema } },
    problems: ['not-found'],
    examples: [{ summary: 'A delivery', ...exampleDelivery, status: 200 }],
    handle: async ({ params }) => ({ status: 200, body: await readDelivery(services, params.deliveryId) }),
  }),
]

/**
 * @returns the deliveries of one message or ticket, or undefined if the query asks for neither
 * @throws ProblemError `invalid-request` if another filter is also given
 */
const unpaged = async (services: ViewDeliveriesServices, query: ListQuery): Promise<ShownDelivery[] | undefined> => {
  const { messageId, ticket, limit: _, ...others } = query
  if (messageId === undefined && ticket === undefined) return undefined
  const given = Object.entries({ ...others, ...(messageId !== undefined && { ticket }) })
  const unwanted = given.filter(([, value]) => value !== undefined)
  const filter = messageId === undefined ? 'ticket' : 'messageId'
  if (unwanted.length > 0)
    throw invalidRequest(unwanted.map(([path]) => ({ path, message: `cannot be combined with ${filter}` })))
  if (messageId !== undefined) return await deliveriesOfMessage(services, messageId)
  return ticket === undefined ? undefined : await deliveriesOfTicket(services, ticket)
}
