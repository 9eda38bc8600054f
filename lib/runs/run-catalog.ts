import * as z from 'zod'
import { dayLength, pageOfWalk, type TimeWalk } from '../tables/list-by-time.ts'
import type { Table } from '../tables/table.ts'
import type { Clock } from '../text/clock.ts'
import { isOpen, type Run, type RunState, type RunTrigger, runSchema } from './run.ts'

/** Where a list continues: after the last run that was examined, or at the start of a day. */
export const runCursorSchema = z.strictObject({
  /** Only for lists over all accounts. */
  day: z.iso.date().optional(),
  after: z.strictObject({ askedAt: z.iso.datetime(), runId: z.string().min(1).max(64) }).optional(),
})
export type RunCursor = z.infer<typeof runCursorSchema>

export interface RunQuery {
  /** If omitted, the list contains the runs of all accounts. */
  readonly accountId?: string | undefined
  readonly state?: RunState | undefined
  readonly trigger?: RunTrigger | undefined
  /** `from` and `to` are inclusive and compared with the time of the request, in ISO 8601 in UTC with milliseconds. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** 1 to 100. */
  readonly limit: number
  readonly cursor?: RunCursor | undefined
}

export interface RunPage {
  readonly runs: Run[]
  /**
   * Present if there may be more runs. Even a short or empty page can have a `next`, because a call does limited work.
   */
  readonly next?: RunCursor
}

/** Enough for the days of a month. At 10 ms each, the queries take far less than the API's limit of 30 s. */
const queriesPerCall = 40
/**
 * An account's runs are executed in order, so the open ones are those requested last. It is unlikely that more than this
 * number are open.
 */
const lastRuns = 25

/** The attributes in both indexes. */
const indexKeySchema = z.object({ runId: z.string(), askedAt: z.string() })

const recentRunSchema = z.object({ runId: z.string(), accountId: z.string(), recentAt: z.string() })
export type RecentRun = Readonly<z.infer<typeof recentRunSchema>>

/** Reads the runs table for the API. */
export class RunCatalog {
  readonly #table: Table
  readonly #now: Clock

  constructor(table: Table, { now = () => new Date() }: { readonly now?: Clock } = {}) {
    this.#table = table
    this.#now = now
  }

  async read(runId: string): Promise<Run | undefined> {
    const row = await this.#table.get(runId)
    return row && runSchema.parse(row)
  }

  /** Lists runs, newest first. @throws ProblemError `invalid-request` for a cursor that does not belong to the query */
  async list(query: RunQuery): Promise<RunPage> {
    const { state, trigger, limit, cursor } = query
    const filtered = state !== undefined || trigger !== undefined
    const { items, next } = await pageOfWalk(this.#table, runWalkOf(query, this.#now()), {
      ...{ time: 'askedAt', id: 'runId', keySchema: indexKeySchema, queriesPerCall, limit, cursor },
      read: async (runIds) =>
        new Map(this.#table.readable(await this.#table.getMany(runIds), runSchema).map((run) => [run.runId, run])),
      passes: filtered ? (run) => passes(run, query) : undefined,
    })
    return { runs: items, ...(next && { next }) }
  }

  /**
   * Reads runs from the index by what happened last.
   * @param recent `queued`, `running` or `endedIn(hour)`
   * @param since only runs to which that happened at or after this time
   * @returns the runs, the latest last
   */
  async recent(recent: string, since?: string): Promise<RecentRun[]> {
    const found: RecentRun[] = []
    const sort = since === undefined ? {} : { sort: { key: 'recentAt', from: since } }
    for await (const rows of this.#table.pages({ index: 'recent', partition: ['recent', recent], ...sort }))
      found.push(...this.#table.readable(rows, recentRunSchema))
    return found
  }

  /** @returns the account's latest runs that are queued or running, newest first */
  async openOf(accountId: string): Promise<Run[]> {
    const page = await this.#table.query({
      index: 'by-account',
      partition: ['accountId', accountId],
      descending: true,
      limit: lastRuns,
    })
    return this.#table.readable(await this.#table.rowsOf(page), runSchema).filter(isOpen)
  }
}

const passes = (run: Run, { state, trigger }: RunQuery): boolean =>
  (state === undefined || run.state === state) && (trigger === undefined || run.trigger === trigger)

/**
 * Runs are kept for at most 31 days after their end (see the run store). One more day covers runs that waited or ran
 * past midnight.
 */
const daysKept = 32

/** @returns which rows a list of runs reads */
const runWalkOf = ({ accountId, from, to }: RunQuery, now: Date): TimeWalk => {
  const earliest = new Date(now.getTime() - daysKept * dayLength).toISOString()
  const latest = new Date(now.getTime() + dayLength).toISOString()
  return {
    from: from === undefined || from < earliest ? earliest : from,
    to: to === undefined || to > latest ? latest : to,
    ...(accountId === undefined
      ? { index: 'by-day', byDay: true, partitionOf: (day) => ['day', day] }
      : { index: 'by-account', byDay: false, partitionOf: () => ['accountId', accountId] }),
  }
}
