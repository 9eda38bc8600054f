import type { Delivery } from '../ledger/delivery.ts'
import type { DeliveringServices } from './delivering-services.ts'

/** In milliseconds. An agent asks every few seconds, and each time it would meet the same deliveries again. */
const shortestDelay = 60_000

/**
 * Postpones deliveries that wait for an older one in their lane. Otherwise, an agent could find only a hundred such
 * deliveries, even if other lanes have work.
 * @param until when the lane can go on, if known. The delay is at least a minute.
 */
export const putOff = async (
  { ledger, now }: Pick<DeliveringServices, 'ledger' | 'now'>,
  deliveries: readonly Delivery[],
  until: string | undefined,
): Promise<void> => {
  const soonest = new Date(now().getTime() + shortestDelay).toISOString()
  const dueAt = until !== undefined && until > soonest ? until : soonest
  // A delivery that changed in the meantime keeps the time that the change set.
  for (const delivery of deliveries)
    await ledger.replace(delivery, { ...delivery, revision: delivery.revision + 1, dueAt })
}

/** Makes the oldest delivery of a lane due at once, after the one before it left the lane. */
export const bringForward = async (
  { ledger, lanes, now }: Pick<DeliveringServices, 'ledger' | 'lanes' | 'now'>,
  lane: string,
): Promise<void> => {
  const marker = await lanes.head(lane)
  const delivery = marker && (await ledger.read(marker.deliveryId))
  if (delivery?.state !== 'pending') return
  const at = now().toISOString()
  if (delivery.dueAt !== undefined && delivery.dueAt > at)
    await ledger.replace(delivery, { ...delivery, revision: delivery.revision + 1, dueAt: at })
}
