import * as z from 'zod'
import { type OnUnreadable, readableRows } from '../tables/readable-rows.ts'
import { rowsOfPage } from '../tables/rows-of-page.ts'
import type { Row, Table } from '../tables/table.ts'
import { pageOfWalk } from '../tables/time-walk.ts'
import { isOpen, type Run, runSchema } from './run.ts'
import type { RunCatalog, RunPage, RunQuery } from './run-catalog.ts'
import { runWalkOf } from './run-walk.ts'

/** A month of days, or as many pages: at 10 ms each well inside the API's 30 s. */
const queriesPerCall = 40
/** An account's runs go one after the other, so its open ones are the last asked for: more than these nobody asks for meanwhile. */
const lastRuns = 25

/** What both indexes hold. */
const indexKeySchema = z.object({ runId: z.string(), askedAt: z.string() })

/** The runs table as the API reads it. */
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
