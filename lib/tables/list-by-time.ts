import type * as z from 'zod'
import { ProblemError } from '../reasons/problem.ts'
import { dayOf } from './items.ts'
import type { Row, Table } from './table.ts'

export const dayLength = 86_400_000

/**
 * The maximum number of rows that one call reads. The next call continues, for example if no row passes the filter.
 */
const rowsPerCall = 500
/** The page size when a filter drops rows: DynamoDB's batch of 100. */
const filteredPage = 100
/** In bytes. A Lambda response is limited to 6 MB, and rows with long headers or many events reach 100 KB. */
const answerBytes = 4 * 1024 * 1024

/**
 * The position at which a list continues: after the last row examined, or at the start of a day. `After` is the key of
 * an index row.
 */
interface WalkCursor<After> {
  /** Only for lists that go day by day. */
  readonly day?: string | undefined
  readonly after?: After | undefined
}

/** The rows of a list: those of an index between two times, both inclusive, in ISO 8601 UTC with milliseconds. */
export interface TimeWalk {
  readonly from: string
  readonly to: string
  readonly index: string
  /** True if the index has a partition for each day, false if it has one for the whole list. */
  readonly byDay: boolean
  /** `day` is empty if the walk does not go by days. */
  readonly partitionOf: (day: string) => readonly [key: string, value: string]
}

/** The items of a list, and how much one call may read. */
interface TimeListing<Item, After extends Readonly<Record<string, string>>> {
  /** The attributes of the index: its sort key, and the table's partition key. */
  readonly time: keyof After & string
  readonly id: keyof After & string
  readonly keySchema: z.ZodType<After>
  /** Each day without rows costs one query. */
  readonly queriesPerCall: number
  readonly limit: number
  readonly cursor: WalkCursor<After> | undefined
  /** Reads the items by id. Unreadable ones are left out. */
  readonly read: (ids: readonly string[]) => Promise<ReadonlyMap<string, Item>>
  /** Without a filter, every item passes. */
  readonly passes?: ((item: Item) => boolean) | undefined
}

export interface TimePage<Item, After> {
  readonly items: Item[]
  readonly next?: { readonly day?: string | undefined; readonly after?: After | undefined }
}

/**
 * Reads one page of a list, newest first. The work of one call is bounded, so a page can be short, or even empty, and
 * still have a `next`.
 * @throws ProblemError `invalid-request` if the cursor is outside the walk (DynamoDB would also refuse it)
 */
export const pageOfWalk = async <Item, After extends Readonly<Record<string, string>>>(
  table: Table,
  walk: TimeWalk,
  listing: TimeListing<Item, After>,
): Promise<TimePage<Item, After>> => {
  const { time, id, keySchema, limit, cursor, read, passes } = listing
  if (cursor && !isWithin(walk, cursor.day, cursor.after?.[time])) throw foreignToken()
  const items: Item[] = []
  let [bytes, rows, queries] = [0, 0, 0]
  for (const start of startsOf(walk, cursor)) {
    let position: WalkCursor<After> = start
    const [key, value] = walk.partitionOf(start.day ?? '')
    let startKey: Row | undefined = start.after && { ...start.after, [key]: value }
    do {
      if (queries === listing.queriesPerCall) return { items, next: position }
      queries += 1
      const page = await table.query({
        index: walk.index,
        partition: [key, value],
        sort: { key: time, from: walk.from, to: walk.to },
        descending: true,
        // One more row than needed shows whether there is a next page.
        limit: passes ? filteredPage : limit - items.length + 1,
        ...(startKey && { startKey }),
      })
      const keys = page.rows.map((row) => keySchema.parse(row))
      const found = await read(keys.map((one) => String(one[id])))
      for (const after of keys) {
        const full = items.length === limit || bytes >= answerBytes || rows === rowsPerCall
        if (full) return { items, next: position }
        rows += 1
        position = { ...position, after }
        const item = found.get(String(after[id]))
        if (item === undefined || (passes && !passes(item))) continue
        items.push(item)
        bytes += Buffer.byteLength(JSON.stringify(item))
      }
      startKey = page.nextKey
    } while (startKey)
  }
  return { items }
}

/** Yields the start of each partition of the walk, newest first. */
function* startsOf<After>(
  { from, to, byDay }: TimeWalk,
  cursor: WalkCursor<After> | undefined,
): Generator<WalkCursor<After>> {
  if (from > to) return
  if (!byDay) return yield cursor ?? {}
  for (let day = cursor?.day ?? dayOf(to); day >= dayOf(from); day = dayBefore(day))
    yield day === cursor?.day ? cursor : { day }
}

export const dayBefore = (day: string): string => dayOf(new Date(Date.parse(day) - dayLength).toISOString())

const isWithin = ({ from, to, byDay }: TimeWalk, day: string | undefined, after: string | undefined): boolean =>
  (day !== undefined) === byDay &&
  (byDay || after !== undefined) &&
  (day === undefined || (day >= dayOf(from) && day <= dayOf(to))) &&
  (after === undefined || (after >= from && after <= to)) &&
  (day === undefined || after === undefined || dayOf(after) === day)

const foreignToken = () =>
  new ProblemError('invalid-request', 'The page token belongs to another list.', [
    { path: 'next', message: 'Send the token with the same parameters as the request that returned it, or omit it.' },
  ])
