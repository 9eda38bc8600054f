import * as z from 'zod'
import { type OnUnreadable, readableRows } from '../tables/readable-rows.ts'
import { rowsOfPage } from '../tables/rows-of-page.ts'
import type { Row, Table } from '../tables/table.ts'
import { pageOfWalk } from '../tables/time-walk.ts'
import { isOpen, type Run, runSchema } from './run.ts'
import type { RunCatalog, RunPage, RunQuery } from './run-catalog.ts'
import { runWalkOf } from './run-walk.ts'

/** Enough for the days of a month. At 10 ms each, the queries take far less than the API's limit of 30 s. */
const queriesPerCall = 40
/**
 * The runs of an account are executed one after the other, so the open ones are the last that were requested. It is
 * unlikely that more than this number are open.
 */
const lastRuns = 25

/** The attributes in both indexes. */
const indexKeySchema = z.object({ runId: z.string(), askedAt: z.string() })

/** Reads the runs table for the API. */
export class DynamoRunCatalog implements RunCatalog {
  readonly #table: Table
  readonly #now: () => Date

  readonly #onUnreadable: OnUnreadable | undefined

  constructor(
    table: Table,
    { now = () => new Date(), onUnreadable }: { readonly now?: () => Date; readonly onUnreadable?: OnUnreadable } = {},
  ) {
    this.#table = table
    this.#now = now
    this.#onUnreadable = onUnreadable
  }

  async read(runId: string): Promise<Run | undefined> {
    const row = await this.#table.get(runId)
    return row && runSchema.parse(row)
  }

  async list(query: RunQuery): Promise<RunPage> {
    const { state, trigger, limit, cursor } = query
    const filtered = state !== undefined || trigger !== undefined
    const { items, next } = await pageOfWalk(this.#table, runWalkOf(query, this.#now()), {
      ...{ time: 'askedAt', id: 'runId', keySchema: indexKeySchema, queriesPerCall, limit, cursor },
      read: async (runIds) => new Map(this.#readable(await this.#table.getMany(runIds)).map((run) => [run.runId, run])),
      passes: filtered ? (run) => passes(run, query) : undefined,
    })
    return { runs: items, ...(next && { next }) }
  }

  async openOf(accountId: string): Promise<Run[]> {
    const page = await this.#table.query({
      index: 'by-account',
      partition: ['accountId', accountId],
      descending: true,
      limit: lastRuns,
    })
    return this.#readable(await rowsOfPage(this.#table, 'runId', page)).filter(isOpen)
  }

  #readable(rows: readonly Row[]): Run[] {
    return readableRows(rows, runSchema, 'runId', this.#onUnreadable)
  }
}

const passes = (run: Run, { state, trigger }: RunQuery): boolean =>
  (state === undefined || run.state === state) && (trigger === undefined || run.trigger === trigger)
