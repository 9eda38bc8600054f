import type { Delivery } from './delivery.ts'

/** The deliveries table. Transitions of a row are pure functions (transitions.ts). */
export interface DeliveryLedger {
  /** Reads with strong consistency. */
  read(deliveryId: string): Promise<Delivery | undefined>
  readMany(deliveryIds: readonly string[]): Promise<Delivery[]>
  /** @returns false if the row exists */
  create(delivery: Delivery): Promise<boolean>
  /**
   * Replaces the row. `next.revision` is `read.revision + 1`.
   * @returns false if the row no longer has the revision of `read`
   */
  replace(read: Delivery, next: Delivery): Promise<boolean>
  /** @returns deliveries of the destination with `dueAt` until this time, re-read from the table, oldest first */
  due(destinationId: string, until: string, limit: number): Promise<Delivery[]>
}

/** Marks an open delivery in its lane. */
export interface Marker {
  readonly lane: string
  readonly place: string
  readonly deliveryId: string
}

export interface OpenLanes {
  /** Writes the marker. A repeated write has no effect. */
  add(marker: Marker): Promise<void>
  /** @returns the oldest open delivery of the lane, read with strong consistency */
  head(lane: string): Promise<Marker | undefined>
  remove(marker: Marker): Promise<void>
}
