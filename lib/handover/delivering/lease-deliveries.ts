import { probeAfter } from '../circuits/probe-times.ts'
import type { Destination } from '../destinations/destination.ts'
import { leftLane } from '../ledger/delivery.ts'
import type { DeliveringServices } from './delivering-services.ts'
import { putOff } from './due-times.ts'
import { type Taken, takeHead } from './take-head.ts'

/**
 * The number of due deliveries that one request examines. That takes about two seconds if none of them can be leased.
 */
const mostCandidates = 100

/** Most ticket systems create a second ticket from a repeated mail. Only the agent knows what it has handed over. */
export const agentIdempotency = 'none'

/**
 * Leases due deliveries of a pull destination, at most one per lane. They are yielded one by one, so that the caller can
 * prepare each of them and stop when its time is over. While the circuit is open, one delivery is yielded when a probe
 * is due. `limits.concurrency` does not apply: an agent leases as many as it can work on.
 */
export async function* leaseDeliveries(
  services: DeliveringServices,
  destination: Destination,
  { max, seconds }: { readonly max: number; readonly seconds: number },
): AsyncGenerator<Taken> {
  if (destination.kind !== 'pull' || destination.validity !== 'valid') return
  const { destinationId } = destination
  const due = await services.ledger.due(destinationId, services.now().toISOString(), mostCandidates)
  // The sweep finishes those that have left their lane.
  const candidates = due.filter((delivery) => !leftLane(delivery))
  if (candidates.length === 0) return
  let most = await allowed(services, destinationId, max)
  for (const [lane, inLane] of Map.groupBy(candidates, (delivery) => delivery.lane)) {
    if (most === 0) return
    // A worker that finished an earlier quarantine late may have removed a marker.
    for (const delivery of inLane) await services.lanes.add(delivery)
    const head = await takeHead(services, lane, destination, { seconds, idempotency: agentIdempotency })
    if ('stop' in head) await putOff(services, inLane, head.dueAt)
    else {
      const waiting = inLane.filter(({ deliveryId }) => deliveryId !== head.taken.deliveryId)
      await putOff(services, waiting, undefined)
      most -= 1
      yield head
    }
  }
}

/** @returns how many deliveries may be leased. An open circuit allows one probe at its time. */
const allowed = async ({ circuits, now }: DeliveringServices, destinationId: string, max: number): Promise<number> => {
  const circuit = await circuits.read(destinationId)
  if (!circuit) return max
  const at = now().toISOString()
  if (circuit.nextProbeAt > at) return 0
  return (await circuits.takeProbe(destinationId, circuit, probeAfter(circuit, at))) ? 1 : 0
}
