import { createHash } from 'node:crypto'
import type { Context } from 'aws-lambda'
import { agentRoutes } from '../../../functions/agent/routes.ts'
import { jsonFunction } from '../../../functions/shared/http/http-function.ts'
import type { Leased } from '../../../lib/handover/agents/agent-protocol.ts'
import { DynamoCircuits } from '../../../lib/handover/circuits/dynamo-circuits.ts'
import { HandedCopies } from '../../../lib/handover/copy/handed-copy.ts'
import type { Destination } from '../../../lib/handover/destinations/destination.ts'
import { DynamoDestinations } from '../../../lib/handover/destinations/destination-store.ts'
import { DynamoDestinationTokens, newToken } from '../../../lib/handover/destinations/destination-tokens.ts'
import { deliveryIdOf } from '../../../lib/handover/ledger/delivery.ts'
import { DynamoDeliveryLedger } from '../../../lib/handover/ledger/delivery-ledger.ts'
import { DynamoOpenLanes } from '../../../lib/handover/ledger/open-lanes.ts'
import { planned } from '../../../lib/handover/ledger/transitions.ts'
import { DynamoPlanLedger } from '../../../lib/handover/planning/dynamo-plan-ledger.ts'
import type { Message } from '../../../lib/messages/message.ts'
import { DynamoMessageLedger } from '../../../lib/messages/store/message-ledger.ts'
import { QueueStore } from '../../../lib/queues/queue-store.ts'
import { hashOf } from '../../../lib/secrets/random-secret.ts'
import { startTables } from '../../support/dynamo.ts'
import { destinationOf } from '../../support/handover/destinations.ts'
import { httpEvent, memoryLog, type RequestSketch } from '../../support/http-event.ts'
import { messageOf } from '../../support/messages.ts'

const context = { getRemainingTimeInMillis: () => 29_000 } as Context

const collected = async (chunks: AsyncIterable<Buffer>): Promise<Buffer> => {
  const parts: Buffer[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}

export const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** The function for agents over test tables, with raw mail and copies in maps. */
export const startAgentWorld = async () => {
  const tables = await startTables()
  const handover = tables.table('handover')
  const messages = new DynamoMessageLedger(tables.table('messages'))
  const destinations = new DynamoDestinations(handover)
  const tokens = new DynamoDestinationTokens(handover)
  const log = memoryLog()
  const clock = { now: new Date('2026-03-02T09:00:00.000Z') }
  const rawMail = new Map<string, Buffer>()
  const copies = new Map<string, Buffer>()
  const tagged: string[] = []
  let leases = 0
  let duringPreparation = (): void => undefined
  const services = {
    destinations,
    tokens,
    circuits: new DynamoCircuits(handover),
    ledger: new DynamoDeliveryLedger(tables.table('deliveries')),
    lanes: new DynamoOpenLanes(tables.table('openDeliveries')),
    plans: new DynamoPlanLedger(tables.table('messages')),
    queues: new QueueStore(tables.table('dispatching')),
    retention: { markEnded: async (messageId: string) => void tagged.push(messageId) },
    mails: new HandedCopies({
      controlHeaderPrefix: 'X-OTOBO-',
      raw: {
        open: async (messageId) => {
          duringPreparation()
          const mail = rawMail.get(messageId)
          return (
            mail &&
            (async function* () {
              yield mail
            })()
          )
        },
      },
      copies: { put: async (key, bytes) => void copies.set(key, await collected(bytes)) },
    }),
    linkTo: async ({ messageId }: Message, { copyKey }: { readonly copyKey?: string | undefined }) =>
      copyKey !== undefined || rawMail.has(messageId)
        ? `https://storage.example.com/${copyKey === undefined ? messageId : `copies/${copyKey}`}`
        : undefined,
    onDefect: (_error: unknown, deliveryId: string) => log.error('defect', { deliveryId }),
    deadline: () => AbortSignal.timeout(20_000),
    now: () => clock.now,
    newLease: () => {
      leases += 1
      return `lease-${leases}`
    },
    random: () => 0.5,
  }
  const handler = jsonFunction({ log, routes: agentRoutes(services) })

  const call = async (token: string | undefined, sketch: RequestSketch) => {
    const headers = { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...sketch.headers }
    const answer = await handler(httpEvent({ ...sketch, claims: null, headers }), context)
    return {
      status: answer.statusCode ?? 0,
      location: answer.headers?.location,
      body: answer.body ? JSON.parse(answer.body) : undefined,
    }
  }

  return {
    ...services,
    tables,
    log,
    clock,
    rawMail,
    copies,
    tagged,
    call,
    /** Creates a destination and a token for its agent. */
    destination: async (more: Partial<Destination> = {}): Promise<string> => {
      const destination = destinationOf(more)
      const { destinationId } = destination
      await destinations.create(destination)
      const token = newToken()
      await tokens.create({
        hash: hashOf(token),
        tokenId: `token of ${destinationId}`,
        destinationId,
        comment: '',
        createdAt: '2026-03-01T09:00:00.000Z',
        createdBy: 'jane@example.com',
      })
      return token
    },
    /** Stores a message and plans it for the destination. */
    plan: async (destinationId: string, name: string, mail: string, more: Partial<Message> = {}): Promise<string> => {
      const bytes = Buffer.from(mail.replaceAll('\n', '\r\n'), 'latin1')
      const message = messageOf(name, { size: bytes.length, sha256: sha256Of(bytes), ...more })
      const at = clock.now.toISOString()
      rawMail.set(message.messageId, bytes)
      await messages.create(message)
      await services.plans.decide(message.messageId, [destinationId], at)
      const delivery = planned(destinationId, message, at, { dueAt: at })
      await services.lanes.add(delivery)
      await services.ledger.create(delivery)
      await services.plans.finish(message.messageId)
      return deliveryIdOf(destinationId, message.messageId)
    },
    lease: async (token: string, max = 10): Promise<Leased[]> => {
      const body = { max, seconds: 300, agent: { version: '1.0.0', host: 'otobo01' } }
      return (await call(token, { method: 'POST', path: '/agent/lease', body })).body.items
    },
    report: (token: string | undefined, verb: 'ack' | 'nack', deliveryId: string, body: object) =>
      call(token, { method: 'POST', path: `/agent/deliveries/${deliveryId}/${verb}`, params: { deliveryId }, body }),
    raw: (token: string | undefined, deliveryId: string) =>
      call(token, { method: 'GET', path: `/agent/deliveries/${deliveryId}/raw`, params: { deliveryId } }),
    duringPreparation: (happens: () => void) => {
      duringPreparation = happens
    },
    later: (milliseconds: number) => {
      clock.now = new Date(clock.now.getTime() + milliseconds)
    },
    reset: async () => {
      duringPreparation = () => undefined
      await tables.clear()
      for (const map of [rawMail, copies]) map.clear()
      tagged.length = 0
      log.lines.length = 0
      clock.now = new Date('2026-03-02T09:00:00.000Z')
    },
  }
}
export type AgentWorld = Awaited<ReturnType<typeof startAgentWorld>>
