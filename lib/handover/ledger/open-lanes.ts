import * as z from 'zod'
import { TableStore } from '../../tables/table-store.ts'

const markerSchema = z.object({ lane: z.string(), place: z.string(), deliveryId: z.string() })
/** Marks an open delivery in its lane. */
export type Marker = Readonly<z.infer<typeof markerSchema>>

/** The table of markers. Only ended deliveries lose their marker, so reading a lane's head costs one row. */
export class DynamoOpenLanes extends TableStore {
  /** Writes the marker. A repeated write has no effect. */
  async add({ lane, place, deliveryId }: Marker): Promise<void> {
    await this.table.put({ lane, place, deliveryId })
  }

  /** @returns the oldest open delivery of the lane, read with strong consistency */
  async head(lane: string): Promise<Marker | undefined> {
    const { rows } = await this.table.query({ partition: ['lane', lane], limit: 1 })
    return rows[0] && markerSchema.parse(rows[0])
  }

  async remove({ lane, place }: Marker): Promise<void> {
    await this.table.delete([lane, place])
  }
}

export type OpenLanes = Pick<DynamoOpenLanes, keyof DynamoOpenLanes>
