import { kindQuery, type ListOptions, type ListPosition, nextOf } from '../../tables/list-by-kind.ts'
import { NamedRows, type Replaced } from '../../tables/named-rows.ts'
import { attributesOf } from '../../tables/row-format.ts'
import type { Table } from '../../tables/table.ts'
import type { Clock } from '../../text/clock.ts'
import { comparableName } from '../../text/names.ts'
import { type Destination, type DestinationReader, destinationSchema } from './destination.ts'

/** The number of destinations of a deployment. Planning reads all of them for each message. */
export const mostDestinations = 50

const kind = 'destination'
const destinationKey = (destinationId: string): string => `destination#${destinationId}`
/** @param comparable the form in which names are compared */
const nameKey = (comparable: string): string => `destination-name#${comparable}`
/** In this table, the attribute `kind` is the kind of row. */
const rowSchema = destinationSchema
  .omit({ kind: true })
  .extend({ destinationKind: destinationSchema.shape.kind })
  .transform(({ destinationKind, ...others }): Destination => ({ ...others, kind: destinationKind }))

const named = {
  ...{ claimKey: nameKey, idName: 'destinationId', rowKey: destinationKey },
  attributes: attributesOf(rowSchema),
}

/** Destinations by id and name, in the handover table. */
export class DynamoDestinations implements DestinationReader {
  readonly #table: Table
  readonly #named: NamedRows

  constructor(table: Table, now: Clock = () => new Date()) {
    this.#table = table
    this.#named = new NamedRows(table, named, now)
  }

  async read(destinationId: string): Promise<Destination | undefined> {
    const row = await this.#table.get(destinationKey(destinationId))
    return row && rowSchema.parse(row)
  }

  /**
   * @returns all destinations sorted by name, which may lag briefly behind a write
   * @throws ZodError if a destination cannot be read: planning without it would lose its mail
   */
  async all(): Promise<Destination[]> {
    const found: Destination[] = []
    for await (const rows of this.#table.pages({ index: 'by-kind', partition: ['kind', kind] }))
      found.push(...rows.map((row) => rowSchema.parse(row)))
    return found
  }

  /** @returns a page of the destinations sorted by name. Unreadable ones are left out and reported. */
  async list(options: ListOptions): Promise<{ destinations: Destination[]; next?: ListPosition }> {
    const page = await this.#table.query(kindQuery(kind, options))
    return { destinations: this.#table.readable(page.rows, rowSchema), ...nextOf(page) }
  }

  /** @returns the ids that exist, including those of unreadable rows */
  async existing(destinationIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.#table.getMany(destinationIds.map(destinationKey))
    const keys = new Set(rows.map(({ key }) => key))
    return new Set(destinationIds.filter((destinationId) => keys.has(destinationKey(destinationId))))
  }

  /** @returns false if the name is taken */
  async create(destination: Destination): Promise<boolean> {
    return await this.#named.create(namedRowOf(destination))
  }

  async replace(destination: Destination, previous: Destination): Promise<Replaced> {
    return await this.#named.replace(namedRowOf(destination), previous)
  }

  /** @returns false if the stored destination has another version */
  async remove({ destinationId, name, version }: Destination): Promise<boolean> {
    return await this.#named.remove({ id: destinationId, name, version })
  }
}

const namedRowOf = (destination: Destination) => ({
  id: destination.destinationId,
  name: destination.name,
  row: {
    ...destination,
    key: destinationKey(destination.destinationId),
    kind,
    destinationKind: destination.kind,
    listingKey: comparableName(destination.name),
  },
})
