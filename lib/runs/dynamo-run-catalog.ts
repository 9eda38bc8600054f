import * as z from 'zod'
import { type OnUnreadable, readableRows } from '../tables/readable-rows.ts'
import { rowsOfPage } from '../tables/rows-of-page.ts'
import type { Row, Table } from '../tables/table.ts'
import { isOpen, type Run, runSchema } from './run.ts'
import type { RunCatalog, RunPage, RunQuery } from './run-catalog.ts'
import { type RunWalkStep, runWalkOf } from './run-walk.ts'

/** A month of days, or as many pages: at 10 ms each well inside the API's 30 s. */
const queriesPerCall = 40
/** With a filter that nothing passes, a call reads this many rows and leaves the rest to the next. */
const rowsPerCall = 500
/** DynamoDB's batch of 100 is read at once where a filter will drop some. */
const filteredPage = 100
/** Lambda answers at most 6 MB; a run with 200 long events reaches 100 KB. */
const answerBytes = 4 * 1024 * 1024
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
    const { steps, from, to } = runWalkOf(query, this.#now())
    const filtered = query.state !== undefined || query.trigger !== undefined
    const runs: Run[] = []
    let [bytes, rows, queries] = [0, 0, 0]
    for (const step of steps) {
      let position = step.position
      let startKey: Row | undefined = startKeyOf(step)
      do {
        if (queries === queriesPerCall) return { runs, next: position }
        queries += 1
        const page = await this.#table.query({
          index: step.index,
          partition: step.partition,
          sort: { key: 'askedAt', from, to },
          descending: true,
          // One more than needed tells whether there is a next page.
          limit: filtered ? filteredPage : query.limit - runs.length + 1,
          ...(startKey && { startKey }),
        })
        const keys = page.rows.map((row) => indexKeySchema.parse(row))
        const found = new Map(
          this.#readable(await this.#table.getMany(keys.map(({ runId }) => runId))).map((run) => [run.runId, run]),
        )
        for (const { runId, askedAt } of keys) {
          const full = runs.length === query.limit || bytes >= answerBytes || rows === rowsPerCall
          if (full) return { runs, next: position }
          rows += 1
          position = { ...position, after: { askedAt, runId } }
          const run = found.get(runId)
          if (!run || !passes(run, query)) continue
          runs.push(run)
          bytes += Buffer.byteLength(JSON.stringify(run))
        }
        startKey = page.nextKey
      } while (startKey)
    }
    return { runs }
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

const startKeyOf = ({ position: { after }, partition: [key, value] }: RunWalkStep): Row | undefined =>
  after && { ...after, [key]: value }
