import { NamedRows } from '../../tables/named-rows.ts'
import type { Row, Table } from '../../tables/table.ts'
import type { Clock } from '../../text/clock.ts'
import { type Destination, destinationSchema } from './destination.ts'

/** The number of destinations of a deployment. Planning reads all of them for each message. */
export const mostDestinations = 50

/** In this table, the attribute `kind` is the kind of row. */
const rowSchema = destinationSchema
  .omit({ kind: true })
  .extend({ destinationKind: destinationSchema.shape.kind })
  .transform(({ destinationKind, ...others }): Destination => ({ ...others, kind: destinationKind }))

const destinations = {
  kind: 'destination',
  called: 'A destination',
  schema: rowSchema,
  idOf: ({ destinationId }: Destination) => destinationId,
  idName: 'destinationId',
}

/** Destinations by id and name, in the handover table. */
export class DynamoDestinations extends NamedRows<Destination> {
  constructor(table: Table, now?: Clock) {
    super(table, destinations, now)
  }

  /**
   * @returns all destinations sorted by name, which may lag briefly behind a write
   * @throws ZodError if a destination cannot be read: planning without it would lose its mail
   */
  async all(): Promise<Destination[]> {
    const found: Destination[] = []
    for await (const rows of this.table.pages({ index: 'by-kind', partition: ['kind', destinations.kind] }))
      found.push(...rows.map((row) => rowSchema.parse(row)))
    return found
  }

  protected override rowOf(destination: Destination): Row {
    return { ...super.rowOf(destination), destinationKind: destination.kind }
  }
}
