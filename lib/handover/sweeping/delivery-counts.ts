import * as z from 'zod'
import { TableStore } from '../../tables/table-store.ts'
import type { DestinationFigures } from '../destinations/figures.ts'
import { type Delivery, type DeliveryState, deliverySchema, deliveryStates, leftLane } from '../ledger/delivery.ts'
import { openStateOf } from '../ledger/delivery-rows.ts'

/** One query reads this many keys, far below DynamoDB's 1 MB. Beyond it, the number no longer matters. */
const mostCounted = 1_000
/** Replays keep the time of their first planning, so the oldest row is not always the delivery that waits longest. */
const oldestRead = 25

const openStates = deliveryStates.filter((state) => !leftLane({ state }))
const indexKeySchema = z.object({ deliveryId: z.string() })

/** Counts the deliveries of a destination by state, from an index that may lag briefly behind the rows. */
export class DeliveryCounts extends TableStore {
  async of(
    destinationId: string,
  ): Promise<Pick<DestinationFigures, 'open' | 'oldestOpenAt' | 'inDoubt' | 'quarantined'>> {
    const open = await Promise.all(openStates.map((state) => this.#keysIn(destinationId, state)))
    const quarantined = await this.#keysIn(destinationId, 'quarantined')
    const oldest = await this.#oldest(open.flatMap((keys) => keys.slice(0, oldestRead)))
    const inDoubt = open[openStates.indexOf('in-doubt')] ?? []
    return {
      open: Math.min(open.flat().length, mostCounted),
      ...(oldest !== undefined && { oldestOpenAt: oldest }),
      inDoubt: inDoubt.length,
      quarantined: quarantined.length,
    }
  }

  /** @returns the ids of deliveries in this state, the first planned one first */
  async #keysIn(destinationId: string, state: DeliveryState): Promise<string[]> {
    const partition = ['openState', openStateOf(destinationId, state)] as const
    const { rows } = await this.table.query({ index: 'by-state', partition, limit: mostCounted })
    return rows.map((row) => indexKeySchema.parse(row).deliveryId)
  }

  async #oldest(deliveryIds: readonly string[]): Promise<string | undefined> {
    const rows = await this.table.getMany(deliveryIds)
    const waiting = this.table.readable(rows, deliverySchema).filter((delivery) => !leftLane(delivery))
    return waiting.map(waitingSince).toSorted()[0]
  }
}

/** A replayed delivery was planned long ago, perhaps months, but it waits only since the replay. */
const waitingSince = ({ replays, plannedAt, firstAttemptAt, changedAt }: Delivery): string =>
  replays ? (firstAttemptAt ?? changedAt) : plannedAt
