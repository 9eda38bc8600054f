import { bringForward } from '../delivering/due-times.ts'
import { agentIdempotency } from '../delivering/lease-deliveries.ts'
import { type Settled, type Settlement, settleDelivery } from '../delivering/settle-delivery.ts'
import type { Destination } from '../destinations/destination.ts'
import { leftLane } from '../ledger/delivery.ts'
import type { AgentServices } from './agent-services.ts'

/** Settles a delivery of a pull destination, and lets the agent lease the next one of the lane at once. */
export const reportOutcome = async (
  services: AgentServices,
  { doubt }: Pick<Destination, 'doubt'>,
  deliveryId: string,
  settlement: Omit<Settlement, 'doubt' | 'idempotency'>,
): Promise<Settled> => {
  const settled = await settleDelivery(services, deliveryId, { ...settlement, doubt, idempotency: agentIdempotency })
  if (typeof settled !== 'string' && leftLane(settled.delivery)) await bringForward(services, settled.delivery.lane)
  return settled
}
