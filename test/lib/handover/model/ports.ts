import { firstProbeAt, isSuspensionDue } from '../../../../lib/handover/circuits/probe-times.ts'
import type { DeliveringServices } from '../../../../lib/handover/delivering/delivering-services.ts'
import { type Delivery, deliveryIdOf, isEnded, leftLane } from '../../../../lib/handover/ledger/delivery.ts'
import type { Marker } from '../../../../lib/handover/ledger/open-lanes.ts'
import type { PlannedMessage } from '../../../../lib/handover/planning/dynamo-plan-ledger.ts'
import type { PlanServices } from '../../../../lib/handover/planning/plan-message.ts'
import { reasonOf } from '../../../../lib/reasons/reason.ts'
import type { Memory, MessageRow } from './memory.ts'
import type { Process } from './process.ts'

export type ModelServices = PlanServices & DeliveringServices

/** The ports of hand-over over the tables in memory, as one process uses them. Each call is a step of the process. */
export const portsOf = (memory: Memory, process: Process, random: () => number): ModelServices => {
  const call = <T>(name: string, effect: () => T): Promise<T> =>
    process.call(name, () => {
      memory.stepCount += 1
      const result = effect()
      memory.trace?.push(`${memory.at} ${process.name}: ${name} → ${shown(result)}`)
      return result
    })
  const stale = () => memory.indexes(random())

  return {
    destinations: {
      read: (id) => call('destinations.read', () => memory.destinations.get(id)),
      all: () => call('destinations.all', () => [...stale().destinations]),
    },
    ledger: {
      read: (id) => call(`ledger.read ${id}`, () => memory.rows.get(id)),
      readMany: (ids) => call('ledger.readMany', () => ids.flatMap((id) => memory.rows.get(id) ?? [])),
      create: (delivery) =>
        call(`ledger.create ${briefOf(delivery)}`, () => {
          if (memory.rows.has(delivery.deliveryId)) return false
          memory.know(delivery)
          memory.write(delivery)
          return true
        }),
      replace: (read, next) =>
        call(`ledger.replace ${briefOf(next)}`, () => {
          if (next.revision !== read.revision + 1) memory.violations.push('a write skips a revision')
          if (memory.rows.get(read.deliveryId)?.revision !== read.revision) return false
          if (read.state !== 'delivering' && next.state === 'delivering') checkOrder(memory, process, next)
          memory.write(next)
          return true
        }),
      due: (destinationId, until, limit) =>
        call('ledger.due', () =>
          stale()
            .due.filter((row) => row.destinationId === destinationId && row.dueAt <= until)
            .toSorted((a, b) => (a.dueAt < b.dueAt ? -1 : 1))
            .slice(0, limit)
            .flatMap(({ deliveryId }) => memory.rows.get(deliveryId) ?? [])
            .filter(({ dueAt }) => dueAt !== undefined && dueAt <= until),
        ),
    },
    lanes: {
      add: ({ lane, place, deliveryId }) =>
        call(`lanes.add ${deliveryId}`, () => {
          memory.openLane(lane).set(place, { lane, place, deliveryId })
          memory.know({ lane, place, deliveryId })
        }),
      head: (lane) =>
        call(`lanes.head ${lane}`, () => {
          process.headReads.set(lane, memory.stepCount)
          return headOf(memory, lane)
        }),
      remove: ({ lane, place, deliveryId }) =>
        call(`lanes.remove ${deliveryId}`, () => {
          memory.openLane(lane).delete(place)
        }),
    },
    plans: {
      read: (id) => call(`plans.read ${id}`, () => plannedOf(memory.messages.get(id))),
      readMany: (ids) => call('plans.readMany', () => ids.flatMap((id) => plannedOf(memory.messages.get(id)) ?? [])),
      decide: (id, destinationIds) =>
        call(`plans.decide ${id}`, () => {
          const row = memory.messages.get(id)
          if (row?.unplanned && row.plannedFor === undefined) {
            memory.messages.set(id, { ...row, plannedFor: destinationIds, unplanned: destinationIds.length > 0 })
            memory.decisions.set(id, new Set(destinationIds))
          }
          return memory.messages.get(id)?.plannedFor ?? []
        }),
      add: (id, destinationId) =>
        call('plans.add', () => {
          const row = memory.messages.get(id)
          if (!row || row.plannedFor?.includes(destinationId) || (row.unplanned && !row.plannedFor)) return
          memory.messages.set(id, { ...row, plannedFor: [...(row.plannedFor ?? []), destinationId] })
          memory.decisions.get(id)?.add(destinationId)
          memory.added.add(deliveryIdOf(destinationId, id))
        }),
      finish: (id) =>
        call(`plans.finish ${id}`, () => {
          const row = memory.messages.get(id)
          if (row) memory.messages.set(id, { ...row, unplanned: false })
        }),
      unplannedAncestors: ({ messageId, header }) =>
        call('plans.unplannedAncestors', () =>
          [...stale().messages.values()]
            .filter(({ message }) => {
              const id = message.header?.messageIdHeader
              return id !== undefined && (header?.references.includes(id) || header?.inReplyTo === id)
            })
            .map(({ message }) => message.messageId)
            .filter((id) => id !== messageId && memory.messages.get(id)?.unplanned),
        ),
      async *unplanned(before) {
        yield await call('plans.unplanned', () =>
          [...stale().messages.values()]
            .filter(({ message, unplanned }) => unplanned && message.storedAt < before)
            .map(({ message }) => message.messageId),
        )
      },
      async *storedBetween(from, to) {
        yield await call('plans.storedBetween', () =>
          [...stale().messages.values()].flatMap(({ message }) =>
            message.storedAt >= from && message.storedAt <= to
              ? (plannedOf(memory.messages.get(message.messageId)) ?? [])
              : [],
          ),
        )
      },
    },
    circuits: {
      read: (id) => call('circuits.read', () => memory.circuits.get(id)),
      open: (id, why, at, suspend) =>
        call('circuits.open', () => {
          const read = memory.circuits.get(id)
          const suspendedAt =
            read?.suspendedAt ?? (suspend || (read && isSuspensionDue(read.openedAt, at)) ? at : undefined)
          const circuit = {
            ...{ openedAt: at, nextProbeAt: firstProbeAt(at), probes: 0, ...read },
            ...(suspendedAt && { suspendedAt }),
            reason: reasonOf(why),
            revision: (read?.revision ?? 0) + 1,
          }
          memory.circuits.set(id, circuit)
          return circuit
        }),
      takeProbe: (id, read, next) =>
        call('circuits.takeProbe', () => {
          if (memory.circuits.get(id)?.revision !== read.revision) return false
          memory.circuits.set(id, { ...read, nextProbeAt: next, probes: read.probes + 1, revision: read.revision + 1 })
          return true
        }),
      probeNow: (id, at) =>
        call('circuits.probeNow', () => {
          const read = memory.circuits.get(id)
          if (read) memory.circuits.set(id, { ...read, nextProbeAt: at, revision: read.revision + 1 })
        }),
      close: (id) => call('circuits.close', () => memory.circuits.delete(id)),
    },
    retention: {
      markEnded: (messageId) =>
        call(`retention.markEnded ${messageId}`, () => {
          checkTag(memory, messageId)
          memory.tagged.add(messageId)
        }),
    },
    wakes: {
      send: (jobs) =>
        call('wakes.send', () => {
          memory.wakes.push(...jobs)
          return []
        }),
    },
    now: () => new Date(memory.time),
    newLease: () => `lease-${memory.stepCount}-${Math.floor(random() * 1e9)}`,
    random,
  }
}

const briefOf = ({ deliveryId, state, revision }: Delivery): string => `${deliveryId} ${state} ${revision}`

const shown = (result: unknown): string => {
  if (typeof result === 'object' && result !== null && 'revision' in result && 'state' in result)
    return `${result.state} ${result.revision}`
  return JSON.stringify(result)?.slice(0, 120) ?? ''
}

const plannedOf = (row: MessageRow | undefined): PlannedMessage | undefined => row && { ...row }

const headOf = (memory: Memory, lane: string): Marker | undefined =>
  [...memory.openLane(lane).values()].toSorted((a, b) => (a.place < b.place ? -1 : 1))[0]

/** A delivery must not begin while an older one of its conversation, which was known before, is still open. */
const checkOrder = (memory: Memory, process: Process, next: Delivery): void => {
  const lookedAt = process.headReads.get(next.lane) ?? 0
  for (const [deliveryId, { lane, place, since }] of memory.known) {
    if (lane !== next.lane || place >= next.place || since > lookedAt) continue
    const row = memory.rows.get(deliveryId)
    // A person's marker has no row for a moment, but a plan that has not finished writes it.
    const isOpen = row ? !leftLane(row) : memory.messages.get(deliveryId.slice(deliveryId.indexOf('.') + 1))?.unplanned
    if (isOpen && !memory.everLeft.has(deliveryId) && !memory.added.has(deliveryId))
      memory.violations.push(`${next.deliveryId} overtakes ${deliveryId}`)
  }
}

/** Raw mail that some delivery still needs must not expire. However, a person may bring a delivery back at any time. */
const checkTag = (memory: Memory, messageId: string): void => {
  for (const row of memory.rows.values())
    if (row.messageId === messageId && !isEnded(row) && !memory.touched.has(messageId))
      memory.violations.push(`${messageId} may expire before ${row.deliveryId} ended`)
}
