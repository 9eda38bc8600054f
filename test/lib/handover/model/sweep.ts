import { probeAfter } from '../../../../lib/handover/circuits/probe-times.ts'
import { finishDelivery } from '../../../../lib/handover/delivering/finish-delivery.ts'
import { leftLane } from '../../../../lib/handover/ledger/delivery.ts'
import { addDelivery, planMessage } from '../../../../lib/handover/planning/plan-message.ts'
import type { Memory } from './memory.ts'
import type { ModelServices } from './ports.ts'

// The balance: a person's replay that ended before its row was written.
const balance = async (services: ModelServices, at: string) => {
  for await (const page of services.plans.storedBetween('2026-03-01T00:00:00.000Z', at))
    for (const { message, unplanned, plannedFor = [] } of page)
      for (const destinationId of unplanned ? [] : plannedFor) {
        const destination = await services.destinations.read(destinationId)
        const row = await services.ledger.read(`${destinationId}.${message.messageId}`)
        if (destination && !row) await addDelivery(services, message, destination, at)
      }
}

export const sweepOnce = async (services: ModelServices, memory: Memory): Promise<void> => {
  const { plans, ledger, lanes, circuits, wakes, destinations } = services
  const at = services.now().toISOString()
  for await (const ids of plans.unplanned(new Date(memory.time - 600_000).toISOString()))
    for (const id of ids) await planMessage(services, id)
  await balance(services, at)
  for (const destination of await destinations.all()) {
    const { destinationId, kind, validity, limits } = destination
    const woken = new Set<string>()
    const circuit = await circuits.read(destinationId)
    for (const delivery of await ledger.due(destinationId, at, 500)) {
      if (leftLane(delivery)) {
        await finishDelivery(services, delivery)
        continue
      }
      await lanes.add(delivery)
      if (kind === 'pull' || validity !== 'valid' || woken.has(delivery.lane)) continue
      if (circuit && (circuit.nextProbeAt > at || woken.size > 0)) continue
      if (circuit && !(await circuits.takeProbe(destinationId, circuit, probeAfter(circuit, at)))) continue
      woken.add(delivery.lane)
      const { lane, deliveryId, revision } = delivery
      const wake = { destinationId, lane, deliveryId, revision, minute: at, ...(circuit && { probe: true as const }) }
      await wakes.send([{ wake, concurrency: limits.concurrency }])
    }
  }
}
