import * as z from 'zod'
import { ProblemError } from '../../reasons/problem.ts'
import { dayLength, pageOfWalk, type TimeWalk } from '../../tables/list-by-time.ts'
import type { Table } from '../../tables/table.ts'
import type { Clock } from '../../text/clock.ts'
import { type Delivery, type DeliveryState, deliverySchema, isEnded } from './delivery.ts'
import { destinationDayOf, openStateOf, ticketKeyOf } from './delivery-rows.ts'

/** Where a list continues: in this destination, after the last delivery examined or at the start of a day. */
export const deliveryCursorSchema = z.strictObject({
  destinationId: z.string().min(1).max(100),
  day: z.iso.date().optional(),
  after: z.strictObject({ plannedAt: z.iso.datetime(), deliveryId: z.string().min(1).max(200) }).optional(),
})
export type DeliveryCursor = z.infer<typeof deliveryCursorSchema>

export interface DeliveryQuery {
  /** The destinations to list, one after another: the one asked for, or all. */
  readonly destinationIds: readonly string[]
  readonly state?: DeliveryState | undefined
  /** Both are inclusive, in ISO 8601 UTC with milliseconds, and compared with the time of planning. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly limit: number
  readonly cursor?: DeliveryCursor | undefined
}

export interface DeliveryPage {
  readonly deliveries: Delivery[]
  /** Present if there may be more. A page can be short, or even empty, and still have a `next`. */
  readonly next?: DeliveryCursor
}

/** Each destination costs at most `queriesPerCall` queries of 10 ms, so a call stays well within the API's 30 s. */
const destinationsPerCall = 10
/** The number of daily partitions or pages read per destination: two months. */
const queriesPerCall = 62
/** A month is long enough for every ordinary question. Lists of one open state are not limited. */
const defaultDays = 31
/** No delivery was planned before this time. */
const earliest = '2025-01-01T00:00:00.000Z'

/** The attributes that every index of the table contains. */
const indexKeySchema = z.object({ deliveryId: z.string(), plannedAt: z.string() })

/** The deliveries as people look at them. */
export class DeliveryCatalog {
  readonly #table: Table
  readonly #now: Clock

  constructor(table: Table, { now = () => new Date() }: { readonly now?: Clock } = {}) {
    this.#table = table
    this.#now = now
  }

  /**
   * Lists deliveries, the destinations one after another, and of each the newest first. Without a state, and for ended
   * deliveries, a list covers the last 31 days unless `from` is given.
   * @throws ProblemError `invalid-request` for a cursor that does not belong to the query
   */
  async list(query: DeliveryQuery): Promise<DeliveryPage> {
    const { destinationIds, state, limit, cursor } = query
    const start = cursor ? destinationIds.indexOf(cursor.destinationId) : 0
    if (start < 0) throw new ProblemError('invalid-request', 'The page token belongs to another list.')
    const deliveries: Delivery[] = []
    for (const [position, destinationId] of destinationIds.slice(start).entries()) {
      if (position === destinationsPerCall || deliveries.length === limit)
        return { deliveries, next: { destinationId } }
      const { destinationId: _, ...within } = (position === 0 && cursor) || { destinationId }
      const { items, next } = await pageOfWalk(this.#table, walkOf(destinationId, query, this.#now()), {
        ...{ time: 'plannedAt', id: 'deliveryId', keySchema: indexKeySchema, queriesPerCall },
        limit: limit - deliveries.length,
        cursor: within.day !== undefined || within.after !== undefined ? within : undefined,
        read: (deliveryIds) => this.#readByIds(deliveryIds),
        // The indexes are eventually consistent, so a row may already have another state.
        passes: state && ((delivery) => delivery.state === state),
      })
      deliveries.push(...items)
      if (next) return { deliveries, next: { destinationId, ...next } }
    }
    return { deliveries }
  }

  /** @returns the deliveries that became this ticket, newest first. The case of letters does not matter. */
  async byTicket(ticket: string, limit: number): Promise<Delivery[]> {
    const ticketKey = ticketKeyOf(ticket)
    if (ticketKey === '') return []
    const partition = ['ticketKey', ticketKey] as const
    const page = await this.#table.query({ index: 'by-ticket', partition, descending: true, limit })
    return this.#table.readable(await this.#table.rowsOf(page), deliverySchema)
  }

  async #readByIds(deliveryIds: readonly string[]): Promise<Map<string, Delivery>> {
    const deliveries = this.#table.readable(await this.#table.getMany(deliveryIds), deliverySchema)
    return new Map(deliveries.map((delivery) => [delivery.deliveryId, delivery]))
  }
}

/** Open deliveries have an index by state. Ended ones are found by day. */
const walkOf = (destinationId: string, { state, ...range }: DeliveryQuery, now: Date): TimeWalk => {
  // The clocks of two functions may differ, but not by a day.
  const latest = new Date(now.getTime() + dayLength).toISOString()
  const to = range.to === undefined || range.to > latest ? latest : range.to
  if (state !== undefined && !isEnded({ state })) {
    const partitionOf = () => ['openState', openStateOf(destinationId, state)] as const
    return { index: 'by-state', byDay: false, partitionOf, from: range.from ?? earliest, to }
  }
  const from = range.from ?? new Date(now.getTime() - defaultDays * dayLength).toISOString()
  const partitionOf = (day: string) => ['destinationDay', destinationDayOf(destinationId, day)] as const
  return { index: 'by-day', byDay: true, partitionOf, from: from < earliest ? earliest : from, to }
}
