import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'

/** A row as DynamoDB returns it. Every reader parses it with its own schema. */
export type Row = Record<string, unknown>

/** The key of a row: the partition key, with the sort key if the table has one. */
export type Key = string | readonly [partition: string, sort: string]

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

/** The UTC day of an ISO 8601 time, which is the partition of a day index. */
export const dayOf = (time: string): string => time.slice(0, 'yyyy-mm-dd'.length)

/** The UTC hour of an ISO 8601 time. */
export const hourOf = (time: string): string => time.slice(0, 'yyyy-mm-ddThh'.length)

/** The number of index partitions over which keys are spread evenly. One partition accepts 1,000 writes per second. */
export const bucketCount = 16
export const bucketOf = (key: string): number => {
  let hash = 0
  for (let i = 0; i < key.length; i += 1) hash = (hash * 31 + key.charCodeAt(i)) >>> 0
  return hash % bucketCount
}

export const batchesOf = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size))

/** A condition or update in DynamoDB's expression language. Names are written as `#name` and values as `:name`. */
export interface Expression {
  readonly text: string
  readonly values?: Row
}

/**
 * An update that sets the attributes with a value, and removes those that are present with `undefined`.
 * @param change by name, or `attribute.member` for a member of a map
 * @param computed further assignments, whose values the caller adds
 */
export const changeOf = (change: Row, ...computed: readonly string[]): Expression => {
  const pathOf = (name: string) => `#${name.replace('.', '.#')}`
  const valueNameOf = (name: string) => name.replace('.', '_')
  const set = Object.keys(change).filter((name) => change[name] !== undefined)
  const removed = Object.keys(change).filter((name) => change[name] === undefined)
  const assignments = [...computed, ...set.map((name) => `${pathOf(name)} = :${valueNameOf(name)}`)]
  const clauses = [
    ...(assignments.length > 0 ? [`SET ${assignments.join(', ')}`] : []),
    ...(removed.length > 0 ? [`REMOVE ${removed.map(pathOf).join(', ')}`] : []),
  ]
  return { text: clauses.join(' '), values: Object.fromEntries(set.map((name) => [valueNameOf(name), change[name]])) }
}

/** A condition that holds while the row has this version. */
export const versionIs = (version: number): Expression => ({
  text: '#version = :expected',
  values: { expected: version },
})

export interface QueryOptions {
  /** If omitted, the table itself is read. */
  readonly index?: string
  readonly partition: readonly [key: string, value: string]
  /** `between` is inclusive at both ends. */
  readonly sort?: { readonly key: string; readonly from?: string; readonly to?: string }
  readonly descending?: boolean
  readonly limit?: number
  readonly startKey?: Row
}

/** The condition that selects the rows of a query. */
export const keyCondition = (
  [key, value]: QueryOptions['partition'],
  sort: QueryOptions['sort'],
): [text: string, values: Row] => {
  const values: Row = { partition: value, ...(sort?.from && { from: sort.from }), ...(sort?.to && { to: sort.to }) }
  const parts = [`#${key} = :partition`]
  if (sort?.from && sort.to) parts.push(`#${sort.key} BETWEEN :from AND :to`)
  else if (sort?.from) parts.push(`#${sort.key} >= :from`)
  else if (sort?.to) parts.push(`#${sort.key} <= :to`)
  return [parts.join(' AND '), values]
}

/** The names and values in the text of an expression, as a request carries them. */
export const placeholders = ({ text, values }: Expression) => {
  const names: Record<string, string> = {}
  for (const [placeholder, name] of text.matchAll(/#(\w+)/g)) if (name) names[placeholder] = name
  const given: Row = {}
  for (const [name, value] of Object.entries(values ?? {})) if (value !== undefined) given[`:${name}`] = value
  return {
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(given).length > 0 && { ExpressionAttributeValues: itemOf(given) }),
  }
}

/** The row, or a value in it, cannot be written, even if the table works. Writing it again does not help. */
export class UnwritableRow extends Error {
  override readonly name = 'UnwritableRow'
  readonly code: 'too-large' | 'refused' | 'not-convertible'

  /** @param cause may quote the row, so only its name may be shown */
  constructor(code: UnwritableRow['code'], cause: unknown) {
    super(`A row cannot be written: ${code}`, { cause })
    this.code = code
  }
}
