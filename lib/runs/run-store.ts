import { type OnUnreadable, readableRows } from '../tables/readable-rows.ts'
import { rowsOfPage } from '../tables/rows-of-page.ts'
import type { Row, Table } from '../tables/table.ts'
import { dayOf } from '../tables/time-walk.ts'
import { fetchQueueRefused } from './refused-run.ts'
import { type AskedRun, type BulkRunStore, isOpen, queuedRun, type Run, type RunStore, runSchema } from './run.ts'

/** A successful run is of no interest after a week. Other runs are kept for a monthly review. */
const daysKept = { done: 7, otherwise: 31 } as const

/**
 * Stores runs in DynamoDB. Only open rows have the attribute `open`, so that the sparse index contains only queued and
 * running runs.
 */
export class DynamoRunStore implements RunStore, BulkRunStore {
  readonly #table: Table
  readonly #onUnreadable: OnUnreadable | undefined

  constructor(table: Table, { onUnreadable }: { readonly onUnreadable?: OnUnreadable } = {}) {
    this.#table = table
    this.#onUnreadable = onUnreadable
  }

  async ask(asked: AskedRun): Promise<boolean> {
    return await this.#table.put(rowOf(queuedRun(asked)), {
      text: 'attribute_not_exists(#runId) OR (#state = :failed AND #error.#code = :refused)',
      values: { failed: 'failed', refused: fetchQueueRefused.code },
    })
  }

  async askMany(asked: readonly AskedRun[]): Promise<void> {
    await this.#table.putMany(asked.map((run) => rowOf(queuedRun(run))))
  }

  async read(runId: string): Promise<Run | undefined> {
    const row = await this.#table.get(runId)
    return row && runSchema.parse(row)
  }

  async save(run: Run): Promise<void> {
    await this.#table.put(rowOf(runSchema.parse(run)))
  }

  async replaceOpen(run: Run, { parts }: Pick<Run, 'parts'>): Promise<boolean> {
    return await this.#table.put(rowOf(runSchema.parse(run)), {
      text: '#parts = :parts AND #state IN (:queued, :running)',
      values: { parts, queued: 'queued', running: 'running' },
    })
  }

  async *openBefore(before: string): AsyncGenerator<Run[]> {
    const pages = this.#table.pages({
      index: 'open',
      partition: ['open', 'open'],
      sort: { key: 'askedAt', to: before },
    })
    for await (const rows of pages) {
      const found = await rowsOfPage(this.#table, 'runId', { rows })
      const runs = readableRows(found, runSchema, 'runId', this.#onUnreadable)
      // The index can be older than the rows, and its bound is inclusive.
      const open = runs.filter((run) => isOpen(run) && run.askedAt < before)
      if (open.length > 0) yield open
    }
  }
}

const rowOf = (run: Run): Row => {
  const days = run.state === 'done' ? daysKept.done : daysKept.otherwise
  const since = Date.parse(run.endedAt ?? run.askedAt)
  return {
    ...run,
    day: dayOf(run.askedAt),
    ...(isOpen(run) && { open: 'open' }),
    expiresAt: Math.floor(since / 1000) + days * 86_400,
  }
}
