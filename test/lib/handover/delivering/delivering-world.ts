import type { Circuit } from '../../../../lib/handover/circuits/circuit.ts'
import { firstProbeAt } from '../../../../lib/handover/circuits/probe-times.ts'
import type { Adapter } from '../../../../lib/handover/delivering/adapter.ts'
import type { LaneAttempt } from '../../../../lib/handover/delivering/attempt.ts'
import type { LaneServices } from '../../../../lib/handover/delivering/work-lane.ts'
import type { Destination } from '../../../../lib/handover/destinations/destination.ts'
import { type Delivery, deliveryIdOf } from '../../../../lib/handover/ledger/delivery.ts'
import type { Marker } from '../../../../lib/handover/ledger/open-lanes.ts'
import type { Outcome } from '../../../../lib/handover/ledger/outcome.ts'
import { planned } from '../../../../lib/handover/ledger/transitions.ts'
import type { PlannedMessage } from '../../../../lib/handover/planning/dynamo-plan-ledger.ts'
import type { Wake } from '../../../../lib/handover/planning/wake.ts'
import type { Message } from '../../../../lib/messages/message.ts'
import { destinationOf } from '../../../support/handover/destinations.ts'
import { sampleMessage } from '../../../support/sample-message.ts'

export const minute = 60_000

export const outcomeOf = (changes: Partial<Outcome> = {}): Outcome => ({
  result: 'delivered',
  scope: 'message',
  code: 'accepted',
  detail: 'The receiver answered 200.',
  remedy: 'No action is required.',
  bytes: 2_048,
  ...changes,
})

export const temporary = outcomeOf({ result: 'temporary', code: 'http-503' })
export const destinationFails = outcomeOf({ result: 'temporary', scope: 'destination', code: 'connection-refused' })

/** A mail of a conversation. All mails of a conversation are in one lane, in the order of `second`. */
export const mail = (
  name: string,
  { thread = name, second = 0, ...changes }: Partial<Message> & { thread?: string; second?: number } = {},
): Message => {
  const { header, source, ...rest } = sampleMessage()
  return {
    ...rest,
    ...changes,
    messageId: Buffer.from(name).toString('hex').padStart(64, '0'),
    source: { ...source, internalDate: new Date(Date.UTC(2026, 2, 2, 8, 0, second)).toISOString() },
    ...(header && {
      header: {
        ...header,
        messageIdHeader: `<${name}@example.org>`,
        references: [],
        threadRoot: `<${thread}@example.org>`,
      },
    }),
  }
}

/** Everything that delivering uses, in memory. The writes apply as the tables' conditions allow. */
export const deliveringWorld = (changes: Partial<Destination> = {}) => {
  const world = {
    now: new Date('2026-03-02T09:00:00.000Z'),
    destinations: new Map<string, Destination>(),
    rows: new Map<string, Delivery>(),
    markers: new Map<string, Marker>(),
    plans: new Map<string, PlannedMessage>(),
    circuits: new Map<string, Circuit>(),
    tagged: [] as string[],
    wakes: [] as Wake[],
    attempts: [] as LaneAttempt[],
    defects: [] as string[],
    /** The messages that the receiver got, in order. */
    received: [] as string[],
    outcomes: [] as (Outcome | Error)[],
    openMail: (): AsyncIterable<Buffer> | undefined => undefined,
    adapter: undefined as unknown as Adapter,
  }
  const destination = destinationOf({
    destinationId: 'desk',
    kind: 'webhook',
    limits: { concurrency: 2, timeoutSeconds: 30, largestSize: 10_000 },
    ...changes,
  })
  world.destinations.set(destination.destinationId, destination)
  world.adapter = {
    idempotency: 'key',
    deliver: async ({ message }) => {
      const outcome = world.outcomes.shift() ?? outcomeOf()
      if (outcome instanceof Error) throw outcome
      if (outcome.result === 'delivered') world.received.push(message.messageId)
      return outcome
    },
    test: async () => ({ outcome: outcomeOf(), transcript: [] }),
  }
  let leases = 0
  const keyOf = ({ lane, place }: Marker) => `${lane} ${place}`
  const services: LaneServices = {
    destinations: { read: async (id) => world.destinations.get(id) },
    ledger: {
      read: async (id) => world.rows.get(id),
      readMany: async (ids) => ids.flatMap((id) => world.rows.get(id) ?? []),
      create: async (delivery) => {
        if (world.rows.has(delivery.deliveryId)) return false
        world.rows.set(delivery.deliveryId, delivery)
        return true
      },
      replace: async (read, next) => {
        if (next.revision !== read.revision + 1) throw new Error('A write must increment the revision')
        if (world.rows.get(read.deliveryId)?.revision !== read.revision) return false
        world.rows.set(read.deliveryId, next)
        return true
      },
      due: async (id, until, limit) =>
        [...world.rows.values()]
          .filter((row) => row.destinationId === id && row.dueAt !== undefined && row.dueAt <= until)
          .toSorted((a, b) => ((a.dueAt ?? '') < (b.dueAt ?? '') ? -1 : 1))
          .slice(0, limit),
    },
    lanes: {
      add: async ({ lane, place, deliveryId }) => {
        world.markers.set(keyOf({ lane, place, deliveryId }), { lane, place, deliveryId })
      },
      head: async (lane) =>
        [...world.markers.values()]
          .filter((marker) => marker.lane === lane)
          .toSorted((a, b) => (a.place < b.place ? -1 : 1))[0],
      remove: async (marker) => {
        world.markers.delete(keyOf(marker))
      },
    },
    plans: {
      read: async (id) => world.plans.get(id),
    },
    circuits: {
      read: async (id) => world.circuits.get(id),
      open: async (id, reason, at, suspend) => {
        const open = world.circuits.get(id)
        const circuit: Circuit = {
          openedAt: at,
          nextProbeAt: firstProbeAt(at),
          probes: 0,
          ...open,
          ...(suspend && { suspendedAt: at }),
          reason,
          revision: (open?.revision ?? 0) + 1,
        }
        world.circuits.set(id, circuit)
        return circuit
      },
      takeProbe: async (id, read, next) => {
        if (world.circuits.get(id)?.revision !== read.revision) return false
        world.circuits.set(id, { ...read, nextProbeAt: next, probes: read.probes + 1, revision: read.revision + 1 })
        return true
      },
      probeNow: async (id, at) => {
        const open = world.circuits.get(id)
        if (open) world.circuits.set(id, { ...open, nextProbeAt: at, revision: open.revision + 1 })
      },
      close: async (id) => world.circuits.delete(id),
    },
    retention: {
      markEnded: async (id) => {
        world.tagged.push(id)
      },
    },
    wakes: {
      send: async (wakes) => {
        world.wakes.push(...wakes.map(({ wake }) => wake))
        return []
      },
    },
    get adapters() {
      return { webhook: world.adapter }
    },
    openMail: async () => world.openMail(),
    onAttempt: (attempt) => world.attempts.push(attempt),
    onDefect: (_error, deliveryId) => world.defects.push(deliveryId),
    now: () => world.now,
    newLease: () => {
      leases += 1
      return `lease-${leases}`
    },
    random: () => 0.5,
  }
  return {
    ...services,
    services,
    world,
    destination,
    /** Plans messages for the destination, as planning does. */
    plan: async (...messages: readonly Message[]): Promise<Delivery[]> => {
      const deliveries = messages.map((message) =>
        planned(destination.destinationId, message, world.now.toISOString(), { dueAt: world.now.toISOString() }),
      )
      for (const [index, delivery] of deliveries.entries()) {
        const message = messages[index]
        if (message)
          world.plans.set(message.messageId, { message, unplanned: false, plannedFor: [destination.destinationId] })
        await services.lanes.add(delivery)
        await services.ledger.create(delivery)
      }
      return deliveries
    },
    wakeOf: ({ destinationId, lane, deliveryId, revision }: Delivery, more: Partial<Wake> = {}): Wake => ({
      destinationId,
      lane,
      deliveryId,
      revision,
      ...more,
    }),
    rowOf: ({ messageId }: Pick<Message, 'messageId'>): Delivery => {
      const row = world.rows.get(deliveryIdOf(destination.destinationId, messageId))
      if (!row) throw new Error('The delivery does not exist')
      return row
    },
    later: (milliseconds: number) => {
      world.now = new Date(world.now.getTime() + milliseconds)
    },
  }
}
export type DeliveringWorld = ReturnType<typeof deliveringWorld>
