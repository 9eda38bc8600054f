import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { UnwritableRow } from './unwritable-row.ts'

/** A row as DynamoDB returns it. Every reader parses it with its own schema. */
export type Row = Record<string, unknown>

const options = { removeUndefinedValues: true }

/**
 * Converts a row to DynamoDB's format.
 * @throws UnwritableRow if a value cannot be converted
 */
export const itemOf = (row: Row) => {
  try {
    return marshall(entriesOf(row), options)
  } catch (error) {
    throw new UnwritableRow('not-convertible', error)
  }
}

export const rowOf = (item: Parameters<typeof unmarshall>[0]): Row => unmarshall(item)

/**
 * Converts objects to maps. The client reads an object's `constructor` to determine its type and refuses an object that
 * has a member of that name. For a map, it reads only the entries.
 */
const entriesOf = (row: object): Map<string, unknown> =>
  new Map(Object.entries(row).map(([name, value]) => [name, nativeOf(value)]))

const nativeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(nativeOf)
  return isPlainObject(value) ? entriesOf(value) : value
}

const isPlainObject = (value: unknown): value is object => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
