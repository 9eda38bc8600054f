import * as z from 'zod'
import { TableStore } from '../../tables/table-store.ts'

/** The latest figures of a destination, written by the sweep and shown with the destination. */
export const destinationFiguresSchema = z.object({
  at: z.string(),
  /** Deliveries that have not ended and are not quarantined. Counted up to 1,000. */
  open: z.int(),
  oldestOpenAt: z.string().optional(),
  inDoubt: z.int(),
  quarantined: z.int(),
  /** The time since which the destination is suspended, while it is. */
  suspendedSince: z.string().optional(),
  /** When admins were notified of the suspension. */
  suspensionNoticedAt: z.string().optional(),
  /**
   * Pull destinations only: the time since which no agent has asked for deliveries. Absent if one asked within 15
   * minutes.
   */
  agentSilentSince: z.string().optional(),
  /** When admins were notified that the agent is silent. */
  agentSilenceNoticedAt: z.string().optional(),
})
export type DestinationFigures = z.infer<typeof destinationFiguresSchema>

const figuresRowSchema = destinationFiguresSchema.extend({ destinationId: z.string() })

/** The figures of destinations, as rows of the handover table. */
export class FiguresStore extends TableStore {
  async read(destinationId: string): Promise<DestinationFigures | undefined> {
    const row = await this.table.get(figuresKey(destinationId))
    return row && destinationFiguresSchema.parse(row)
  }

  /** @returns the figures by destination. Destinations that the sweep has not visited yet are missing. */
  async readMany(destinationIds: readonly string[]): Promise<ReadonlyMap<string, DestinationFigures>> {
    const rows = await this.table.getMany(destinationIds.map(figuresKey))
    const parsed = this.table.readable(rows, figuresRowSchema)
    return new Map(parsed.map(({ destinationId, ...figures }) => [destinationId, figures]))
  }

  /** It is not an error if there are none. */
  async remove(destinationId: string): Promise<void> {
    await this.table.delete(figuresKey(destinationId))
  }

  async write(destinationId: string, figures: DestinationFigures): Promise<void> {
    await this.table.put({ ...figures, destinationId, key: figuresKey(destinationId) })
  }
}

const figuresKey = (destinationId: string): string => `figures#${destinationId}`
