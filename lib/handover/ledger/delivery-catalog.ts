import { dayLength } from '../../tables/list-by-time.ts'
import type { Table } from '../../tables/table.ts'
import type { Clock } from '../../text/clock.ts'
import { type Delivery, type DeliveryState, deliverySchema, deliveryStates, isEnded, leftLane } from './delivery.ts'
import { destinationDayOf, openStateOf, ticketKeyOf } from './delivery-rows.ts'
import { type DeliveryPosition, type MergedWalk, mergedKeys } from './merged-keys.ts'

/** `open` stands for every state in which Postmaster still acts. */
export const deliveryFilters = ['open', ...deliveryStates] as const
export type DeliveryFilter = (typeof deliveryFilters)[number]

export interface DeliveryQuery {
  /** The destinations to list: the one asked for, or all. */
  readonly destinationIds: readonly string[]
  readonly state?: DeliveryFilter | undefined
  /** Both are inclusive, in ISO 8601 UTC with milliseconds, and compared with the time of planning. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly limit: number
  readonly cursor?: DeliveryPosition | undefined
}

export interface DeliveryPage {
  readonly deliveries: Delivery[]
  /** Present if there may be more. A page can be short, or even empty, and still have a `next`. */
  readonly next?: DeliveryPosition
}

/** The maximum number of rows that one call reads if it has a filter. The next call continues. */
const rowsPerCall = 500
/** The page size when a filter drops rows: DynamoDB's batch of 100. */
const filteredPage = 100
/** A month is long enough for every ordinary question. Lists of deliveries that have not ended are not limited. */
const defaultDays = 31
/** No delivery was planned before this time. */
const earliest = '2025-01-01T00:00:00.000Z'

/** The deliveries as people look at them. */
export class DeliveryCatalog {
  readonly #table: Table
  readonly #now: Clock

  constructor(table: Table, { now = () => new Date() }: { readonly now?: Clock } = {}) {
    this.#table = table
    this.#now = now
  }

  /**
   * Lists the deliveries of all given destinations, newest first. Without a state, and for ended deliveries, a list
   * covers the last 31 days unless `from` is given.
   */
  async list(query: DeliveryQuery): Promise<DeliveryPage> {
    const { state, limit } = query
    const states = statesOf(state)
    const keys = mergedKeys(this.#table, walkOf(query, this.#now()))
    const deliveries: Delivery[] = []
    let step = await keys.next()
    for (let rows = 0; !step.done && deliveries.length < limit && rows < rowsPerCall; ) {
      const batch: DeliveryPosition[] = []
      const wanted = state ? filteredPage : limit - deliveries.length
      for (; !step.done && batch.length < wanted; step = await keys.next()) batch.push(step.value)
      rows += batch.length
      const found = await this.#readByIds(batch.map(({ deliveryId }) => deliveryId))
      let last = query.cursor
      for (const key of batch) {
        if (deliveries.length === limit) return { deliveries, ...(last && { next: last }) }
        last = key
        const delivery = found.get(key.deliveryId)
        // The indexes are eventually consistent, so a row may already have another state.
        if (delivery && states.includes(delivery.state)) deliveries.push(delivery)
      }
      // One more key than needed shows whether there is a next page.
      if (!step.done && last && (deliveries.length === limit || rows >= rowsPerCall)) return { deliveries, next: last }
    }
    return { deliveries, ...(step.done && step.value && { next: step.value }) }
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

const statesOf = (filter: DeliveryFilter | undefined): readonly DeliveryState[] => {
  if (filter === undefined) return deliveryStates
  return filter === 'open' ? deliveryStates.filter((state) => !leftLane({ state })) : [filter]
}

/** Deliveries that have not ended have an index by state. Ended ones are found by day. */
const walkOf = ({ destinationIds, state, limit, cursor, ...range }: DeliveryQuery, now: Date): MergedWalk => {
  // The clocks of two functions may differ, but not by a day.
  const latest = new Date(now.getTime() + dayLength).toISOString()
  const to = range.to === undefined || range.to > latest ? latest : range.to
  const common = { to, after: cursor, pageSize: state ? filteredPage : limit + 1 }
  const states = statesOf(state)
  if (states.every((one) => !isEnded({ state: one }))) {
    const partitionsOf = () =>
      destinationIds.flatMap((id) => states.map((one) => ['openState', openStateOf(id, one)] as const))
    return { ...common, index: 'by-state', byDay: false, partitionsOf, from: range.from ?? earliest }
  }
  const from = range.from ?? new Date(now.getTime() - defaultDays * dayLength).toISOString()
  const partitionsOf = (day: string) =>
    destinationIds.map((id) => ['destinationDay', destinationDayOf(id, day)] as const)
  return { ...common, index: 'by-day', byDay: true, partitionsOf, from: from < earliest ? earliest : from }
}
