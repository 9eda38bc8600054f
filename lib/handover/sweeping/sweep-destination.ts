import pLimit from 'p-limit'
import type { Circuit } from '../circuits/circuit.ts'
import { probeAfter } from '../circuits/probe-times.ts'
import { bringForward, putOff } from '../delivering/due-times.ts'
import { finishDelivery } from '../delivering/finish-delivery.ts'
import type { Destination } from '../destinations/destination.ts'
import { type Delivery, leftLane } from '../ledger/delivery.ts'
import { allows, doubted } from '../ledger/transitions.ts'
import { isPushedTo, wakeJob, wakeLanes } from '../planning/wake-lanes.ts'
import type { OnFailed, RepairServices } from './sweep-services.ts'

/** With ten rows at once and 25 ms for each, a destination takes less than two seconds. */
const mostDue = 500
const rowsSideBySide = 10
/** A lane can begin with a delivery that is not due. More than a few such lanes in a row are unlikely. */
const mostProbeCandidates = 20
/** SQS drops repeated ids within five minutes, so a lane that waits for its turn is not woken again every minute. */
const slotLength = 5 * 60_000

/**
 * Handles the due deliveries of a destination: it finishes those that a crash left behind, ends leases of agents that
 * ran out, and wakes the lanes of the others. While the circuit is open, it wakes one lane when a probe is due.
 */
export const sweepDestination = async (
  services: RepairServices,
  destination: Destination,
  mayGoOn: () => boolean,
  onFailed: OnFailed,
): Promise<void> => {
  const { ledger, lanes, circuits, now } = services
  const { destinationId } = destination
  const due = await ledger.due(destinationId, now().toISOString(), mostDue)
  const side = pLimit(rowsSideBySide)
  const looked = await side.map(due, async (delivery) => {
    if (!mayGoOn()) return []
    try {
      return await lookAfter(services, destination, delivery)
    } catch (error) {
      onFailed(error)
      return []
    }
  })
  const open = looked.flat()
  // An agent's lease writes the markers itself, and nothing can be sent to a destination that is not valid.
  if (!isPushedTo(destination) || open.length === 0) return
  const circuit = await circuits.read(destinationId)
  if (circuit) return await probe(services, destination, circuit, open)
  // A worker that finished late may have removed the marker of a delivery that a person then retried.
  await side.map(open, (delivery) => lanes.add(delivery))
  await wakeLanes(services, destination, open, slotOf(now()))
  if (due.length < mostDue) return
  const byLane = [...Map.groupBy(open, ({ lane }) => lane)]
  await side.map(byLane, ([lane, inLane]) => putOffFollowers(services, lane, inLane))
}

/** @returns the delivery if it is open and due */
const lookAfter = async (
  services: RepairServices,
  destination: Destination,
  delivery: Delivery,
): Promise<Delivery[]> => {
  const { ledger, now, random } = services
  const { kind, doubt } = destination
  if (leftLane(delivery)) {
    await finish(services, destination, delivery)
    return []
  }
  if (delivery.state !== 'delivering') return [delivery]
  const at = now().toISOString()
  if (!allows('doubted', delivery, at)) return []
  // The worker of a push destination knows how the receiver treats repeats, and an agent's receiver cannot be asked.
  if (kind !== 'pull') return [delivery]
  const next = doubted(delivery, { at, doubt, idempotency: 'none', random: random() })
  // If the row has changed, its lease was settled.
  if (!(await ledger.replace(delivery, next))) return []
  if (leftLane(next)) await finish(services, destination, next)
  return []
}

const finish = async (services: RepairServices, { kind }: Destination, delivery: Delivery): Promise<void> => {
  await finishDelivery(services, delivery)
  // The deliveries that waited for this one may have been put off for hours.
  if (kind === 'pull') await bringForward(services, delivery.lane)
}

const probe = async (
  services: RepairServices,
  destination: Destination,
  circuit: Circuit,
  open: readonly Delivery[],
): Promise<void> => {
  const { circuits, ledger, lanes, wakes, now } = services
  const { destinationId } = destination
  const at = now().toISOString()
  if (circuit.nextProbeAt > at) return
  for (const delivery of open.slice(0, mostProbeCandidates)) {
    await lanes.add(delivery)
    const head = await lanes.head(delivery.lane)
    // The worker removes the marker of a delivery that has left the lane, and then takes the next one.
    const first = head && (await ledger.read(head.deliveryId))
    if (first && !leftLane(first) && first.dueAt !== undefined && first.dueAt > at) continue
    if (await circuits.takeProbe(destinationId, circuit, probeAfter(circuit, at)))
      await wakes.send([wakeJob(destination, delivery, { minute: at, probe: true })])
    return
  }
}

/**
 * Postpones deliveries that wait for an older one in their lane. Otherwise, they would fill every sweep, and it would
 * never reach the other lanes.
 */
const putOffFollowers = async (services: RepairServices, lane: string, open: readonly Delivery[]): Promise<void> => {
  const head = await services.lanes.head(lane)
  const followers = open.filter(({ deliveryId }) => deliveryId !== head?.deliveryId)
  await putOff(services, followers, undefined)
}

const slotOf = (now: Date): string => new Date(Math.floor(now.getTime() / slotLength) * slotLength).toISOString()
