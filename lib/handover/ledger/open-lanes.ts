import * as z from 'zod'
import type { Table } from '../../tables/table.ts'
import type { Marker, OpenLanes } from './ledger-ports.ts'

const markerSchema = z.object({ lane: z.string(), place: z.string(), deliveryId: z.string() })

/** The table of markers. Only ended deliveries lose their marker, so reading a lane's head costs one row. */
export class DynamoOpenLanes implements OpenLanes {
  readonly #table: Table

  constructor(table: Table) {
    this.#table = table
  }

  async add({ lane, place, deliveryId }: Marker): Promise<void> {
    await this.#table.put({ lane, place, deliveryId })
  }

  async head(lane: string): Promise<Marker | undefined> {
    const { rows } = await this.#table.query({ partition: ['lane', lane], limit: 1 })
    return rows[0] && markerSchema.parse(rows[0])
  }

  async remove({ lane, place }: Marker): Promise<void> {
    await this.#table.delete([lane, place])
  }
}
