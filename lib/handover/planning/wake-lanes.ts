import type { Circuits } from '../circuits/dynamo-circuits.ts'
import type { Destination } from '../destinations/destination.ts'
import type { Delivery } from '../ledger/delivery.ts'
import type { WakeQueue } from './wake.ts'

export interface WakeServices {
  readonly circuits: Pick<Circuits, 'read'>
  readonly wakes: WakeQueue
}

/**
 * Wakes the lanes of deliveries, each once. It wakes none if nothing can be sent: an agent asks on its own, and a
 * destination that is not valid or whose circuit is open waits. If the queue refuses a wake, the sweep sends it later,
 * because the delivery is due.
 */
export const wakeLanes = async (
  { circuits, wakes }: WakeServices,
  destination: Destination,
  deliveries: readonly Delivery[],
  minute?: string,
): Promise<void> => {
  if (deliveries.length === 0 || !isPushedTo(destination)) return
  if (await circuits.read(destination.destinationId)) return
  const first = new Map(deliveries.toReversed().map((delivery) => [delivery.lane, delivery]))
  await wakes.send([...first.values()].map((delivery) => wakeJob(destination, delivery, { minute })))
}

/** Whether Postmaster sends to the destination now. */
export const isPushedTo = ({ kind, validity }: Pick<Destination, 'kind' | 'validity'>): boolean =>
  kind !== 'pull' && validity === 'valid'

export const wakeJob = (
  { destinationId, limits }: Destination,
  { lane, deliveryId, revision }: Delivery,
  more: { readonly minute?: string | undefined; readonly probe?: true } = {},
) => ({ wake: { destinationId, lane, deliveryId, revision, ...more }, concurrency: limits.concurrency })
