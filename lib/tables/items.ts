import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { UnwritableRow } from './unwritable-row.ts'

/** A row as it comes off the wire: every reader parses it with its own schema. */
export type Row = Record<string, unknown>

const options = { removeUndefinedValues: true }

/** DynamoDB's form of a row. */
export const itemOf = (row: Row) => {
  try {
    return marshall(entriesOf(row), options)
  } catch (error) {
    throw new UnwritableRow('not-convertible', error)
  }
}

export const rowOf = (item: Parameters<typeof unmarshall>[0]): Row => unmarshall(item)

/**
 * Objects become maps, because the client asks an object for its `constructor` to learn its kind, and an object whose
 * member has that name is then refused. Of a map it reads only the entries.
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
