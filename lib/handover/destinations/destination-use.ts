import { ProblemError } from '../../reasons/problem.ts'
import { TableStore } from '../../tables/table-store.ts'
import { type DeliveryState, deliveryStates, isEnded } from '../ledger/delivery.ts'
import { deliveryOfRow, openStateOf } from '../ledger/delivery-rows.ts'
import type { Destination } from './destination.ts'

const openStates = deliveryStates.filter((state) => !isEnded({ state }))

/** Finds deliveries that have not ended. They may lag briefly behind a write. */
export class OpenDeliveries extends TableStore {
  /** @returns the states in which the destination has deliveries that have not ended */
  async statesOf(destinationId: string): Promise<DeliveryState[]> {
    const found = await Promise.all(openStates.map((state) => this.#hasAny(destinationId, state)))
    return openStates.filter((_, index) => found[index])
  }

  async #hasAny(destinationId: string, state: DeliveryState): Promise<boolean> {
    const partition = ['openState', openStateOf(destinationId, state)] as const
    const page = await this.table.query({ index: 'by-state', partition, limit: lookedAt })
    // The index lags behind the rows, so each row is checked.
    return (await this.table.rowsOf(page)).some((row) => !isEnded(deliveryOfRow(row)))
  }
}

/** A few rows, because the index may still contain some that have just ended. */
const lookedAt = 5

/**
 * Rejects the deletion while deliveries are open. This is not a lock: if a delivery is planned at the same moment, it
 * finds no destination, and the sweep marks it as handled with this reason.
 * @throws ProblemError `destination-in-use`
 */
export const refuseWhileDelivering = async (
  { openDeliveries }: { readonly openDeliveries: Pick<OpenDeliveries, 'statesOf'> },
  { destinationId, name }: Destination,
): Promise<void> => {
  const states = await openDeliveries.statesOf(destinationId)
  if (states.length > 0)
    throw new ProblemError('destination-in-use', `${name} has deliveries that are ${states.join(', ')}.`)
}
