import type * as z from 'zod'
import { acknowledge, refuse } from '../../lib/handover/agents/acknowledge.ts'
import {
  ackSchema,
  type LeaseRequest,
  leaseRequestSchema,
  nackSchema,
} from '../../lib/handover/agents/agent-protocol.ts'
import type { AgentServices } from '../../lib/handover/agents/agent-services.ts'
import { leaseForAgent } from '../../lib/handover/agents/lease-for-agent.ts'
import { queueNames } from '../../lib/handover/agents/queue-names.ts'
import { rawLink } from '../../lib/handover/agents/raw-link.ts'
import { deliveryIdPartsOf } from '../../lib/handover/ledger/delivery.ts'
import type { QueueStore } from '../../lib/queues/queue-store.ts'
import { ProblemError } from '../../lib/reasons/problem.ts'
import { parseRequest } from '../../lib/requests/parse-request.ts'
import { printable } from '../../lib/text/printable.ts'
import type { JsonFunction } from '../shared/http/http-function.ts'
import { type HttpEvent, jsonBodyOf } from '../shared/http/request.ts'
import { type Authorized, type AuthorizeServices, authorize } from './authorize.ts'

export interface AgentRouteServices extends AgentServices, AuthorizeServices {
  readonly queues: Pick<QueueStore, 'list'>
  /** A signal for everything that one request may wait for. */
  readonly deadline: () => AbortSignal
}

/**
 * The routes of agents and of webhook receivers. They need a token of a destination and not a person's token, and they
 * serve this destination only.
 */
export const agentRoutes = (services: AgentRouteServices): JsonFunction['routes'] => [
  {
    method: 'POST',
    path: '/agent/lease',
    answer: async (request) => {
      const { token, destination } = await authorize(services, request)
      const { agent, ...wish } = parsed(leaseRequestSchema, request)
      await services.tokens.markUsed(token, shown(agent), services.now().toISOString())
      return { status: 200, body: await leaseForAgent(services, destination, wish, services.deadline()) }
    },
  },
  {
    method: 'GET',
    path: '/agent/queues',
    answer: async (request) => {
      const { destination } = await authorize(services, request)
      return { status: 200, body: await queueNames(services.queues, destination) }
    },
  },
  {
    method: 'GET',
    path: '/agent/deliveries/{deliveryId}/raw',
    answer: async (request) => {
      const { token, destination } = await authorize(services, request)
      const deliveryId = ownDeliveryOf(request, destination)
      await services.tokens.markUsed(token, undefined, services.now().toISOString())
      const location = await rawLink(services, destination, deliveryId, services.deadline())
      return { status: 303, headers: { location } }
    },
  },
  {
    method: 'POST',
    path: '/agent/deliveries/{deliveryId}/ack',
    answer: async (request) => {
      const { destination } = await authorize(services, request)
      const deliveryId = ownDeliveryOf(request, destination)
      return { status: 200, body: await acknowledge(services, destination, deliveryId, parsed(ackSchema, request)) }
    },
  },
  {
    method: 'POST',
    path: '/agent/deliveries/{deliveryId}/nack',
    answer: async (request) => {
      const { destination } = await authorize(services, request)
      const deliveryId = ownDeliveryOf(request, destination)
      return { status: 200, body: await refuse(services, destination, deliveryId, parsed(nackSchema, request)) }
    },
  },
]

const parsed = <Schema extends z.ZodType>(schema: Schema, request: HttpEvent): z.output<Schema> =>
  parseRequest(schema, jsonBodyOf(request))

/** The holder of a token chooses these texts, and admins read them. */
const shown = ({ version, host }: LeaseRequest['agent']) => ({ version: printable(version), host: printable(host) })

/** A delivery of another destination is refused like one that does not exist. */
const ownDeliveryOf = ({ pathParameters }: HttpEvent, { destinationId }: Authorized['destination']): string => {
  const deliveryId = pathParameters?.deliveryId ?? ''
  if (deliveryIdPartsOf(deliveryId).destinationId !== destinationId || deliveryId.length > longestDeliveryId)
    throw new ProblemError('not-found', 'There is no delivery with this id.')
  return deliveryId
}

/** In characters: a destination’s id (64), a dot, and a message’s id (64). */
const longestDeliveryId = 129
