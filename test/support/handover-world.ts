import { DynamoCircuits } from '../../lib/handover/circuits/dynamo-circuits.ts'
import type { Destination } from '../../lib/handover/destinations/destination.ts'
import { DynamoDestinationTokens } from '../../lib/handover/destinations/destination-tokens.ts'
import { FiguresStore } from '../../lib/handover/destinations/figures.ts'
import { DynamoDeliveryLedger } from '../../lib/handover/ledger/delivery-ledger.ts'
import { DynamoOpenLanes } from '../../lib/handover/ledger/open-lanes.ts'
import { DynamoPlanLedger } from '../../lib/handover/planning/dynamo-plan-ledger.ts'
import type { WakeJob } from '../../lib/handover/planning/wake.ts'
import { BalanceCursor } from '../../lib/handover/sweeping/balance-cursor.ts'
import { DeliveryCounts } from '../../lib/handover/sweeping/delivery-counts.ts'
import type { Message } from '../../lib/messages/message.ts'
import { messageRowOf } from '../../lib/messages/store/message-ledger.ts'
import { UnstoredMessages } from '../../lib/messages/unstored/unstored-messages.ts'
import type { Notice } from '../../lib/notifications/notices.ts'
import type { TestTables } from './dynamo.ts'
import { destinationOf as sampleDestination } from './handover/destinations.ts'

/** A webhook that selects all mail. */
export const destinationOf = (destinationId: string, more: Partial<Destination> = {}): Destination =>
  sampleDestination({
    destinationId,
    name: `Desk ${destinationId}`,
    kind: 'webhook',
    limits: { concurrency: 2, timeoutSeconds: 30, largestSize: 50_000_000 },
    ...more,
  })

/** The services of hand-over over real tables. Destinations, wakes and marks of ended mail are in memory. */
export const handoverWorld = (tables: TestTables) => {
  let time = Date.parse('2026-03-01T12:00:00.000Z')
  let leases = 0
  const known = new Map<string, Destination>()
  const sent: WakeJob[] = []
  const ended: string[] = []
  const notices: Notice[] = []
  const now = () => new Date(time)
  const services = {
    destinations: {
      read: async (destinationId: string) => known.get(destinationId),
      all: async () => [...known.values()],
    },
    ledger: new DynamoDeliveryLedger(tables.table('deliveries')),
    lanes: new DynamoOpenLanes(tables.table('openDeliveries')),
    plans: new DynamoPlanLedger(tables.table('messages')),
    circuits: new DynamoCircuits(tables.table('handover')),
    figures: new FiguresStore(tables.table('handover')),
    counts: new DeliveryCounts(tables.table('deliveries')),
    unstored: new UnstoredMessages(tables.table('unstored')),
    balanceCursor: new BalanceCursor(tables.table('handover')),
    notices: {
      publish: async (notice: Notice) => {
        notices.push(notice)
      },
    },
    tokens: new DynamoDestinationTokens(tables.table('handover')),
    retention: {
      markEnded: async (messageId: string) => {
        ended.push(messageId)
      },
    },
    wakes: {
      send: async (jobs: readonly WakeJob[]) => {
        sent.push(...jobs)
        return []
      },
    },
    now,
    newLease: () => {
      leases += 1
      return `lease-${leases}`
    },
    random: () => 0.5,
  }
  return {
    services,
    ended,
    notices,
    /** Returns the wakes that were sent since the last call. */
    takeWakes: () => sent.splice(0),
    at: () => now().toISOString(),
    pass: (minutes: number) => {
      time += minutes * 60_000
    },
    /** Adds or replaces destinations. */
    addDestinations: (...destinations: Destination[]) => {
      for (const destination of destinations) known.set(destination.destinationId, destination)
    },
    removeDestination: (destinationId: string) => known.delete(destinationId),
    storeMessages: async (...messages: Message[]) => {
      for (const message of messages) await tables.table('messages').put(messageRowOf(message))
    },
    /** Marks messages as announced, as fetching does after the announcement. */
    announce: async (...messages: Message[]) => {
      for (const { messageId } of messages)
        await tables.table('messages').update(messageId, {
          text: 'SET #state = :announced, #announcedAt = :at REMOVE #unannounced',
          values: { announced: 'announced', at: now().toISOString() },
        })
    },
  }
}
export type HandoverWorld = ReturnType<typeof handoverWorld>
