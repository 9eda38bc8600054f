import type { Adapter } from '../../../../lib/handover/delivering/adapter.ts'
import { leaseDeliveries } from '../../../../lib/handover/delivering/lease-deliveries.ts'
import { settleDelivery } from '../../../../lib/handover/delivering/settle-delivery.ts'
import type { Idempotency, Outcome } from '../../../../lib/handover/ledger/outcome.ts'
import type { Memory } from './memory.ts'
import type { ModelServices } from './ports.ts'
import type { Process } from './process.ts'

/** The ticket systems behind the destinations. */
export class Receivers {
  readonly idempotency: Idempotency
  /** The tickets per delivery. A receiver that drops repeats has one. */
  readonly tickets = new Map<string, number>()
  readonly down = new Set<string>()
  /** From 0 to 1: how often an attempt does not simply succeed. */
  trouble = 0

  constructor(idempotency: Idempotency) {
    this.idempotency = idempotency
  }

  take(deliveryId: string, dedupes: boolean): void {
    const count = this.tickets.get(deliveryId) ?? 0
    this.tickets.set(deliveryId, dedupes ? 1 : count + 1)
  }
}

const outcome = (result: Outcome['result'], code: string, changes: Partial<Outcome> = {}): Outcome => ({
  ...{ result, scope: 'message', code, detail: 'The model says so.', remedy: 'Wait.', bytes: 1 },
  ...changes,
})

/** Sends to the receivers. The request and its answer are two steps, so that a crash can happen in between. */
export const adapterOf = (memory: Memory, receivers: Receivers, process: Process, random: () => number): Adapter => {
  const dedupes = receivers.idempotency === 'key' || receivers.idempotency === 'message-id'
  return {
    idempotency: receivers.idempotency,
    deliver: async ({ delivery }, { destinationId }) => {
      const { deliveryId, leaseUntil = '' } = delivery
      const roll = random() < receivers.trouble ? random() : 0
      await process.call('adapter.request', () => {
        // The time limits of the attempt and of the function end before the lease does.
        if (memory.at >= leaseUntil) process.crash()
      })
      if (process.state === 'crashed') return await new Promise<never>(() => undefined)
      if (receivers.down.has(destinationId))
        return outcome('temporary', 'connection-refused', {
          scope: 'destination',
          suspend: roll > 0.9 ? true : undefined,
        })
      if (roll > 0 && roll < 0.3) return outcome('temporary', 'busy', { answered: true })
      if (roll > 0 && roll < 0.4) return outcome('permanent', 'refused', { answered: true })
      if (roll > 0 && roll < 0.5)
        return outcome('in-doubt', 'no-answer', { scope: roll < 0.45 ? 'message' : 'destination' })
      if (roll > 0 && roll < 0.55) throw new Error('The adapter has a defect')
      receivers.take(deliveryId, dedupes)
      await process.call('adapter.answer', () => undefined)
      if (roll > 0 && roll < 0.75) return outcome('in-doubt', 'connection-reset')
      if (roll > 0 && roll < 0.8) throw new Error('The adapter has a defect')
      return outcome('delivered', 'accepted', { remote: { ticket: deliveryId } })
    },
    ...(receivers.idempotency === 'lookup' && {
      lookup: async ({ delivery }) => {
        const roll = random() < receivers.trouble ? random() : 0
        const found = await process.call('adapter.lookup', () => receivers.tickets.has(delivery.deliveryId))
        if (roll > 0.7) throw new Error('The look-up has a defect')
        return roll > 0.3 ? 'unknown' : found ? 'there' : 'not-there'
      },
    }),
    test: async () => ({ outcome: outcome('delivered', 'accepted'), transcript: [] }),
  }
}

/** What the agent writes to its disk, which outlives it. */
export interface Journal {
  readonly entries: Map<
    string,
    {
      readonly state: 'begun' | 'done' | 'failed'
      readonly lease: string
      readonly replays: number
      readonly refused?: true
    }
  >
}

/**
 * One round of an agent: it reports what its journal holds, leases, and hands over mail by mail. As the real one, it
 * acknowledges a mail that it delivered under an earlier lease, and never delivers it again.
 */
export const agentRound = async (
  services: ModelServices,
  {
    memory,
    receivers,
    process,
    random,
  }: { memory: Memory; receivers: Receivers; process: Process; random: () => number },
  { journal, destinationId }: { readonly journal: Journal; readonly destinationId: string },
): Promise<void> => {
  const destination = memory.destinations.get(destinationId)
  if (!destination) return
  const disk = (name: string, effect: () => void) => process.call(`agent.${name}`, effect)
  const report = async (deliveryId: string, lease: string, result: Outcome): Promise<boolean> => {
    const startedAt = memory.at
    const { doubt } = destination
    const rules = { doubt, idempotency: 'none' as const }
    const settled = await settleDelivery(services, deliveryId, {
      lease,
      outcome: result,
      startedAt,
      milliseconds: 1,
      ...rules,
    })
    return typeof settled !== 'string'
  }
  const reportEntry = async (deliveryId: string): Promise<void> => {
    const entry = journal.entries.get(deliveryId)
    if (!entry || entry.refused) return
    const known = await report(
      ...([deliveryId, entry.lease] as const),
      entry.state === 'done'
        ? outcome('delivered', 'exit-0', { remote: { ticket: deliveryId } })
        : outcome(
            entry.state === 'begun' ? 'in-doubt' : 'temporary',
            entry.state === 'begun' ? 'agent-interrupted' : 'exit-75',
          ),
    )
    await disk('journal.reported', () => {
      if (!known && entry.state === 'done') journal.entries.set(deliveryId, { ...entry, refused: true })
      else journal.entries.delete(deliveryId)
    })
  }
  for (const deliveryId of [...journal.entries.keys()]) await reportEntry(deliveryId)
  for await (const { taken } of leaseDeliveries(services, destination, { max: 3, seconds: 120 })) {
    const { deliveryId, lease = '', replays = 0 } = taken
    const before = journal.entries.get(deliveryId)
    const remember = (state: 'begun' | 'done' | 'failed') =>
      disk(`journal.${state}`, () => journal.entries.set(deliveryId, { state, lease, replays }))
    if (before?.state === 'done' && before.replays === replays) {
      await remember('done')
      await reportEntry(deliveryId)
      continue
    }
    await remember('begun')
    const roll = random() < receivers.trouble ? random() : 0
    if (receivers.down.has(destinationId)) {
      await disk('journal.failed', () => journal.entries.delete(deliveryId))
      await report(deliveryId, lease, outcome('temporary', 'spawn-failed', { scope: 'destination' }))
      continue
    }
    if (roll > 0.5) await remember('failed')
    else {
      await disk('pipe', () => receivers.take(deliveryId, false))
      await remember('done')
    }
    await reportEntry(deliveryId)
  }
}
