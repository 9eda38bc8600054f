import { attributesOf } from '../../tables/row-format.ts'
import { TableStore } from '../../tables/table-store.ts'
import { type Delivery, deliverySchema } from './delivery.ts'
import { deliveryOfRow, deliveryRowOf, dueBucketOf, dueBuckets } from './delivery-rows.ts'

/**
 * The deliveries table as planning, delivering, the sweep and people's actions use it. Transitions of a row are pure
 * functions (transitions.ts).
 */
export class DynamoDeliveryLedger extends TableStore {
  /** Reads with strong consistency. */
  async read(deliveryId: string): Promise<Delivery | undefined> {
    const row = await this.table.get(deliveryId)
    return row && deliveryOfRow(row)
  }

  async readMany(deliveryIds: readonly string[]): Promise<Delivery[]> {
    return (await this.table.getMany(deliveryIds)).map(deliveryOfRow)
  }

  /** @returns false if the row exists */
  async create(delivery: Delivery): Promise<boolean> {
    return await this.table.put(deliveryRowOf(delivery), { text: 'attribute_not_exists(#deliveryId)' })
  }

  /**
   * Replaces the row. `next.revision` is `read.revision + 1`.
   * @returns false if the row no longer has the revision of `read`
   */
  async replace(read: Delivery, next: Delivery): Promise<boolean> {
    return await this.table.replace(deliveryRowOf(next), attributesOf(deliverySchema), {
      text: '#revision = :expected',
      values: { expected: read.revision },
    })
  }

  /** @returns deliveries of the destination with `dueAt` until this time, re-read from the table, oldest first */
  async due(destinationId: string, until: string, limit: number): Promise<Delivery[]> {
    const buckets = Array.from({ length: dueBuckets }, (_, bucket) => this.#dueIn(destinationId, bucket, until, limit))
    const due = (await Promise.all(buckets)).flat()
    return due.toSorted((a, b) => compare(a.dueAt, b.dueAt) || compare(a.place, b.place)).slice(0, limit)
  }

  async #dueIn(destinationId: string, bucket: number, until: string, limit: number): Promise<Delivery[]> {
    const page = await this.table.query({
      index: 'due',
      partition: ['dueBucket', dueBucketOf(destinationId, bucket)],
      sort: { key: 'dueAt', to: until },
      limit,
    })
    const deliveries = this.table.readable(await this.table.rowsOf(page), deliverySchema)
    // The index is eventually consistent, so the row may have changed since.
    return deliveries.filter(({ dueAt }) => dueAt !== undefined && dueAt <= until)
  }
}

export type DeliveryLedger = Pick<DynamoDeliveryLedger, keyof DynamoDeliveryLedger>

const compare = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0)
