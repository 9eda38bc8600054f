import { isDeepStrictEqual } from 'node:util'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import * as z from 'zod'
import type { TableDefinition, TableIndex } from '../../../lib/tables/tables.ts'
import type { ServiceCall } from '../../../local/start-local.ts'
import { exactNumberSize, itemSizeOf } from '../../support/item-size.ts'

type Row = Readonly<Record<string, unknown>>

/** The values are checked by DynamoDB, so only their place matters here. */
const attributes = z.record(z.string(), z.custom<AttributeValue>())
const inputSchema = z.looseObject({
  TableName: z.string().optional(),
  IndexName: z.string().optional(),
  ConsistentRead: z.boolean().optional(),
  Item: attributes.optional(),
  Key: attributes.optional(),
  RequestItems: z
    .record(z.string(), z.looseObject({ Keys: z.array(attributes).optional(), ConsistentRead: z.boolean().optional() }))
    .optional(),
})

export interface Units {
  readonly reads: number
  readonly writes: number
}

export interface CapacityPlace {
  readonly definitionOf: (physicalName: string) => TableDefinition
  /** @returns the row as it is now, or undefined if it was deleted */
  readonly rowAt: (physicalName: string, key: Readonly<Record<string, AttributeValue>>) => Promise<Row | undefined>
  /** The rows as the calls so far have left them, by table and key. */
  readonly known: Map<string, Row>
}

/**
 * The capacity units of a call, by the rules of "DynamoDB read and write operations": a write costs one unit for each
 * KB of the row, and for each index whose entry changes one more, or two if its key changes. A read costs half a unit for
 * each 4 KB, or one with strong consistency. Queries are counted as one page of 4 KB, and the row after an update is the
 * one at the time of counting.
 */
export const unitsOf = async ({ operation, body }: ServiceCall, place: CapacityPlace): Promise<Units> => {
  const input = inputSchema.parse(JSON.parse(body.toString()))
  const { TableName = '', Item, Key, ConsistentRead = false, RequestItems = {} } = input
  const read = (consistent: boolean) => (consistent ? 1 : 0.5)
  switch (operation) {
    case 'GetItem':
    case 'Query':
    case 'Scan':
      return { reads: read(ConsistentRead), writes: 0 }
    case 'BatchGetItem':
      return {
        reads: Object.values(RequestItems).reduce(
          (sum, { Keys = [], ConsistentRead: strong = false }) => sum + Keys.length * read(strong),
          0,
        ),
        writes: 0,
      }
    case 'PutItem':
    case 'UpdateItem': {
      const definition = place.definitionOf(TableName)
      const row = Item ? unmarshall(Item) : ((await place.rowAt(TableName, Key ?? {})) ?? unmarshall(Key ?? {}))
      const name = [TableName, row[definition.partitionKey], definition.sortKey && row[definition.sortKey]].join(' ')
      const before = place.known.get(name)
      place.known.set(name, row)
      return { reads: 0, writes: writtenBy(before, row, definition) }
    }
    case 'DeleteItem':
      return { reads: 0, writes: 1 }
    default:
      throw new Error(`The costs of ${operation} are not known.`)
  }
}

const kilobyte = 1024

const writtenBy = (before: Row | undefined, row: Row, { indexes }: TableDefinition): number => {
  const size = (one: Row) => itemSizeOf(one, exactNumberSize)
  const base = Math.max(1, Math.ceil(Math.max(size(row), size(before ?? {})) / kilobyte))
  return Object.values(indexes).reduce((sum, index) => sum + indexUnits(index, before, row, base), base)
}

const indexUnits = (
  { partitionKey, sortKey, projection }: TableIndex,
  before: Row | undefined,
  row: Row,
  base: number,
): number => {
  const has = (one: Row | undefined) => one?.[partitionKey] !== undefined && one[sortKey] !== undefined
  const size = projection === 'all' ? base : 1
  if (!has(before) || !has(row)) return has(before) || has(row) ? size : 0
  const differs = (name: string) => !isDeepStrictEqual(before?.[name], row[name])
  if (differs(partitionKey) || differs(sortKey)) return 2 * size
  if (projection === 'keys') return 0
  return (projection === 'all' ? Object.keys({ ...before, ...row }) : projection).some(differs) ? size : 0
}
