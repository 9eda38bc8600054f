import * as z from 'zod'
import { dayOf } from '../../tables/items.ts'
import { dayBefore, type TimeWalk } from '../../tables/list-by-time.ts'
import type { Row, Table } from '../../tables/table.ts'

/** A position in a list that is sorted by time, newest first, and then by id, descending. It fits every such list. */
export const deliveryPositionSchema = z.strictObject({
  plannedAt: z.iso.datetime(),
  deliveryId: z.string().min(1).max(200),
})
/** The attributes that every index of the deliveries contains. */
export type DeliveryPosition = z.infer<typeof deliveryPositionSchema>

const indexKeySchema = z.object({ plannedAt: z.string(), deliveryId: z.string() })

/** One destination's rows in one state or of one day. */
export type Partition = readonly [key: string, value: string]

/** Rows of the indexes between two times, both inclusive. Each destination has partitions of its own. */
export interface MergedWalk extends Omit<TimeWalk, 'partitionOf'> {
  /** `day` is empty if the walk does not go by days. */
  readonly partitionsOf: (day: string) => readonly Partition[]
  /** Where an earlier call ended. */
  readonly after: DeliveryPosition | undefined
  /** The number of rows per query. */
  readonly pageSize: number
}

/** At 10 ms per query and `queriesAtOnce`, a call takes half a second. */
const queriesPerCall = 500
const queriesAtOnce = 10
/** Sorts after the id of every delivery. */
const lastId = '~'

/** A partition, and the keys of it that were read but not yielded, in the order of the list. */
interface Source {
  readonly partition: Partition
  keys: DeliveryPosition[]
  /** Present if the partition has more rows. Null before the first query. */
  startKey: Row | null | undefined
}

/**
 * Merges several partitions, newest first. An index does not promise an order within a millisecond, so rows with the same
 * time are sorted here. A row that is just moving from one partition to another is yielded once.
 * @returns where the next call continues, if this one has used up its queries
 */
export async function* mergedKeys(
  table: Table,
  walk: MergedWalk,
): AsyncGenerator<DeliveryPosition, DeliveryPosition | undefined> {
  let position = walk.after
  let queries = 0
  const fill = async (source: Source): Promise<void> => {
    queries += 1
    const { startKey, partition } = source
    const page = await table.query({
      ...{ index: walk.index, partition, descending: true, limit: walk.pageSize },
      sort: { key: 'plannedAt', from: walk.from, to: toOf(walk) },
      ...(startKey && { startKey }),
    })
    const keys = page.rows
      .map((row) => indexKeySchema.parse(row))
      .filter((key) => !walk.after || isAfter(key, walk.after))
    source.keys = [...source.keys, ...keys].toSorted(byPosition)
    source.startKey = page.nextKey
  }
  for (const day of daysOf(walk)) {
    const sources: Source[] = walk.partitionsOf(day).map((partition) => ({ partition, keys: [], startKey: null }))
    // The first day is always read, so that every call makes progress.
    if (queries > 0 && queries + sources.length > queriesPerCall)
      return { plannedAt: `${day}T23:59:59.999Z`, deliveryId: lastId }
    for (let index = 0; index < sources.length; index += queriesAtOnce)
      await Promise.all(sources.slice(index, index + queriesAtOnce).map(fill))
    for (;;) {
      for (const source of sources)
        while (isUncertain(source)) {
          if (queries >= queriesPerCall) return position
          await fill(source)
        }
      const [first, ...others] = sources.filter(({ keys }) => keys.length > 0)
      if (!first) break
      const newest = others.reduce(
        (best, source) => (byPosition(headOf(source), headOf(best)) < 0 ? source : best),
        first,
      )
      const head = headOf(newest)
      newest.keys.shift()
      if (head.deliveryId === position?.deliveryId) continue
      position = head
      yield position
    }
  }
  return undefined
}

/** Whether unread rows of the partition may come before the rows that were read, or among them. */
const isUncertain = ({ keys, startKey }: Source): boolean =>
  startKey !== undefined && keys[0]?.plannedAt === keys.at(-1)?.plannedAt

const headOf = ({ keys: [head] }: Source): DeliveryPosition => {
  if (!head) throw new Error('Only sources with keys are compared')
  return head
}

const toOf = ({ to, after }: MergedWalk): string => (after && after.plannedAt < to ? after.plannedAt : to)

/** Yields the days of the walk, newest first, or one empty day if it does not go by days. */
function* daysOf(walk: MergedWalk): Generator<string> {
  const to = toOf(walk)
  if (walk.from > to) return
  if (!walk.byDay) return yield ''
  for (let day = dayOf(to); day >= dayOf(walk.from); day = dayBefore(day)) yield day
}

const byPosition = (a: DeliveryPosition, b: DeliveryPosition): number => {
  if (a.plannedAt !== b.plannedAt) return a.plannedAt > b.plannedAt ? -1 : 1
  return a.deliveryId > b.deliveryId ? -1 : a.deliveryId < b.deliveryId ? 1 : 0
}

const isAfter = (key: DeliveryPosition, position: DeliveryPosition): boolean => byPosition(key, position) > 0
