import type { Destination } from '../destinations/destination.ts'
import { deliveryIdOf } from '../ledger/delivery.ts'
import type { PlannedMessage } from '../planning/dynamo-plan-ledger.ts'
import { addDelivery } from '../planning/plan-message.ts'
import { wakeLanes } from '../planning/wake-lanes.ts'
import type { RepairServices } from './sweep-services.ts'

/** In milliseconds. By then, every index contains the message, and planning has ended or is repeated by the sweep. */
const lag = 15 * 60_000
/** The messages that one sweep checks. A busy service desk receives fewer in a minute. */
const mostChecked = 2_000

/** The number of missing deliveries by destination. */
export type Missing = ReadonlyMap<string, number>

/**
 * Compares stored messages with deliveries: each destination for which a message is planned must have its delivery. A
 * missing one is created again. Each sweep continues where the last one ended. The first one begins with the present.
 */
export const balance = async (
  services: RepairServices,
  destinations: readonly Destination[],
  mayGoOn: () => boolean,
): Promise<Missing> => {
  const { plans, balanceCursor, now } = services
  const until = new Date(now().getTime() - lag).toISOString()
  const from = (await balanceCursor.read()) ?? until
  const missing = new Map<string, number>()
  // The clocks of two functions can differ.
  if (from > until) return missing
  let [checked, reached] = [0, from]
  for await (const page of plans.storedBetween(from, until)) {
    for (const destinationId of await createMissing(services, destinations, page))
      missing.set(destinationId, (missing.get(destinationId) ?? 0) + 1)
    checked += page.length
    reached = page.at(-1)?.message.storedAt ?? reached
    if (checked >= mostChecked || !mayGoOn()) {
      await balanceCursor.write(reached > from ? reached : justAfter(from))
      return missing
    }
  }
  await balanceCursor.write(until)
  return missing
}

/** A page that begins and ends at the same time is checked. Without this step, each sweep would check it again. */
const justAfter = (time: string): string => new Date(Date.parse(time) + 1).toISOString()

/** @returns the destination of each delivery that was missing */
const createMissing = async (
  services: RepairServices,
  destinations: readonly Destination[],
  page: readonly PlannedMessage[],
): Promise<string[]> => {
  const { ledger, now } = services
  const expected = page
    .filter(({ unplanned }) => !unplanned)
    .flatMap(({ message, plannedFor = [] }) =>
      // A destination that was deleted since has no deliveries to miss.
      destinations
        .filter(({ destinationId }) => plannedFor.includes(destinationId))
        .map((destination) => ({
          message,
          destination,
          id: deliveryIdOf(destination.destinationId, message.messageId),
        })),
    )
  const rows = await ledger.readMany(expected.map(({ id }) => id))
  const present = new Set(rows.map(({ deliveryId }) => deliveryId))
  const created: string[] = []
  for (const { message, destination, id } of expected) {
    if (present.has(id)) continue
    const added = await addDelivery(services, message, destination, now().toISOString())
    if (!added.created) continue
    created.push(destination.destinationId)
    await wakeLanes(services, destination, [added.delivery])
  }
  return created
}
