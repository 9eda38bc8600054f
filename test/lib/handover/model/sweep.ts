import { balance } from '../../../../lib/handover/sweeping/balance.ts'
import { sweepDestination } from '../../../../lib/handover/sweeping/sweep-destination.ts'
import type { RepairServices } from '../../../../lib/handover/sweeping/sweep-services.ts'
import { sweepUnplanned } from '../../../../lib/handover/sweeping/sweep-unplanned.ts'
import type { ModelServices } from './ports.ts'

/** Repeats what crashes left undone. The balance checks all messages, as if it ran at every time. */
export const sweepOnce = async (services: ModelServices): Promise<void> => {
  const balanceCursor = { read: async () => '2026-03-01T00:00:00.000Z', write: async () => undefined }
  const repair: RepairServices = { ...services, balanceCursor }
  const always = () => true
  // The next sweep repeats failed work, as each sweep does.
  const ignored = () => undefined
  await sweepUnplanned(repair, always, ignored)
  const destinations = await services.destinations.all()
  for (const destination of destinations) await sweepDestination(repair, destination, always, ignored)
  await balance(repair, destinations, always)
}
