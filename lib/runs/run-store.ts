import { dayOf, hourOf } from '../tables/items.ts'
import { attributesOf } from '../tables/row-format.ts'
import type { Row } from '../tables/table.ts'
import { TableStore } from '../tables/table-store.ts'
import { type AskedRun, isOpen, queuedRun, type Run, runSchema } from './run.ts'

/** A successful run is of no interest after a week. Other runs are kept for a monthly review. */
const daysKept = { done: 7, otherwise: 31 } as const

/**
 * Stores runs in DynamoDB. Only open rows have the attribute `open`, so that the sparse index contains only queued and
 * running runs.
 */
export class RunStore extends TableStore {
  /** Writes a queued run. @returns false if a run with this id exists */
  async ask(asked: AskedRun): Promise<boolean> {
    return await this.table.put(rowOf(queuedRun(asked)), { text: 'attribute_not_exists(#runId)' })
  }

  /**
   * Writes thousands of queued runs in batches. Their ids must be new, because a batch cannot check for existing rows.
   */
  async askMany(asked: readonly AskedRun[]): Promise<void> {
    await this.table.putMany(asked.map((run) => rowOf(queuedRun(run))))
  }

  async read(runId: string): Promise<Run | undefined> {
    const row = await this.table.get(runId)
    return row && runSchema.parse(row)
  }

  /** Replaces the row and sets its retention, which is 7 days for a run that is done and 31 days otherwise. */
  async save(run: Run): Promise<void> {
    await this.table.replace(rowOf(runSchema.parse(run)), attributesOf(runSchema))
  }

  /**
   * Writes the row of a run unless it has ended or is in another part. Creates the row if the run has none yet.
   * @returns false if the row stays as it is
   */
  async saveOpen(run: Run): Promise<boolean> {
    return await this.table.replace(rowOf(runSchema.parse(run)), attributesOf(runSchema), {
      text: 'attribute_not_exists(#runId) OR (#parts = :parts AND #state IN (:queued, :running))',
      values: { parts: run.parts, queued: 'queued', running: 'running' },
    })
  }

  /** Yields queued or running runs that were requested before `before`. */
  async *openBefore(before: string): AsyncGenerator<Run[]> {
    const pages = this.table.pages({
      index: 'open',
      partition: ['open', 'open'],
      sort: { key: 'askedAt', to: before },
    })
    for await (const rows of pages) {
      const found = await this.table.rowsOf({ rows })
      const runs = this.table.readable(found, runSchema)
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
    ...recentOf(run),
    expiresAt: Math.floor(since / 1000) + days * 86_400,
  }
}

/** The attributes of the index by what happened last. */
const recentOf = ({ state, askedAt, startedAt, partStartedAt, endedAt }: Run): Row => {
  if (state === 'queued') return { recent: state, recentAt: askedAt }
  if (state === 'running') return { recent: state, recentAt: partStartedAt ?? startedAt ?? askedAt }
  const at = endedAt ?? askedAt
  return { recent: endedIn(hourOf(at)), recentAt: at }
}

/** @param hour `yyyy-mm-ddThh` */
export const endedIn = (hour: string): string => `ended#${hour}`

const fetchQueueRefused = {
  code: 'fetch-queue-refused',
  detail: 'The fetch could not be started because the fetch queue did not accept it.',
  remedy:
    'Valid accounts are due again when the schedule next runs. If the error persists, an operator should check the fetch queue. The log of the function that requested the run contains the error code from SQS.',
} as const

/**
 * Records a run whose job the queue rejected as failed. A run that has started anyway continues, because only the
 * response of the queue was lost.
 */
export const endRefusedRun = async (runs: Pick<RunStore, 'saveOpen'>, asked: AskedRun, now: Date): Promise<void> => {
  await runs.saveOpen({ ...queuedRun(asked), state: 'failed', endedAt: now.toISOString(), error: fetchQueueRefused })
}
