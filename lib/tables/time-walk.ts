import type * as z from 'zod'
import { ProblemError } from '../problems/problem.ts'
import type { Row, Table } from './table.ts'

export const dayLength = 86_400_000

/** With a filter that nothing passes, a call reads this many rows and leaves the rest to the next. */
const rowsPerCall = 500
/** DynamoDB's batch of 100 is read at once where a filter will drop some. */
const filteredPage = 100
/** Bytes. Lambda answers at most 6 MB, and rows of long headers or many events reach 100 KB. */
const answerBytes = 4 * 1024 * 1024

/** The UTC day of an ISO 8601 time: the partition of a day index. */
export const dayOf = (time: string): string => time.slice(0, 'yyyy-mm-dd'.length)

/** Where a list goes on: after the last row looked at, or at the start of a day. `After` is the key of an index row. */
interface WalkCursor<After> {
  /** Lists that go day by day only. */
  readonly day?: string | undefined
  readonly after?: After | undefined
}

/** Which rows a list is made of: those of an index between two times, both inclusive, ISO 8601 in UTC with milliseconds. */
export interface TimeWalk {
  readonly from: string
  readonly to: string
  readonly index: string
  /** The index has a partition for each day, else one for the whole list. */
  readonly byDay: boolean
  /** `day` is empty where the walk does not go by days. */
  readonly partitionOf: (day: string) => readonly [key: string, value: string]
}

/** What is listed, and how much of it one call may look at. */
interface TimeListing<Item, After extends Readonly<Record<string, string>>> {
  /** Attributes of the index: its sort key, and the table's partition key. */
  readonly time: keyof After & string
  readonly id: keyof After & string
  readonly keySchema: z.ZodType<After>
  /** Days without anything cost one query each. */
  readonly queriesPerCall: number
  readonly limit: number
  readonly cursor: WalkCursor<After> | undefined
  /** By id; what cannot be read is left out. */
  readonly read: (ids: readonly string[]) => Promise<ReadonlyMap<string, Item>>
  /** Left out: everything passes. */
  readonly passes?: ((item: Item) => boolean) | undefined
}

export interface TimePage<Item, After> {
  readonly items: Item[]
  readonly next?: { readonly day?: string | undefined; readonly after?: After | undefined }
}

/**
 * One page of a list, newest first. The work of one call is bounded, so a page can be short, even empty, and still have a `next`.
 * @throws ProblemError `invalid-request` when the cursor lies outside the walk (DynamoDB would refuse it as well)
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
        // One more than needed tells whether there is a next page.
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

/** Where each partition of the walk starts, newest first, made as they are needed. */
function* startsOf<After>(
  { from, to, byDay }: TimeWalk,
  cursor: WalkCursor<After> | undefined,
): Generator<WalkCursor<After>> {
  if (from > to) return
  if (!byDay) return yield cursor ?? {}
  for (let day = cursor?.day ?? dayOf(to); day >= dayOf(from); day = dayBefore(day))
    yield day === cursor?.day ? cursor : { day }
}

const dayBefore = (day: string): string => dayOf(new Date(Date.parse(day) - dayLength).toISOString())

const isWithin = ({ from, to, byDay }: TimeWalk, day: string | undefined, after: string | undefined): boolean =>
  (day !== undefined) === byDay &&
  (byDay || after !== undefined) &&
  (day === undefined || (day >= dayOf(from) && day <= dayOf(to))) &&
  (after === undefined || (after >= from && after <= to)) &&
  (day === undefined || after === undefined || dayOf(after) === day)

const foreignToken = () =>
  new ProblemError('invalid-request', 'The page token belongs to another list.', [
    { path: 'next', message: 'Send the token with the same parameters as the page it came with, or leave it out.' },
  ])
