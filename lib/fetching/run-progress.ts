import type { Run } from '../runs/run.ts'
import type { FetchServices, Part } from './part.ts'
import type { RunLog } from './run-log.ts'

/**
 * The least number of milliseconds between two writes, and before the first one of a run that has a row. A person notices
 * a standstill of a few seconds.
 */
const betweenWrites = 1000
/**
 * The milliseconds after which a run without a row gets one, even if it has found no mail. Most scheduled runs find none
 * and end sooner, so the row of their end is the only one that they cost.
 */
const shownAfter = 5000

/** The code of the event of a run whose progress could not always be written. */
export const progressIncomplete = 'progress-incomplete'

/**
 * Writes a run's record while the run goes on, so that people can follow it. The run does not wait for these writes, and
 * a failed write does not affect it. None of them replaces the record of a run that has ended.
 */
export class RunProgress {
  readonly #services: Pick<FetchServices, 'runs' | 'logError' | 'now'>
  readonly #log: RunLog
  readonly #timer: NodeJS.Timeout | undefined
  /** Returns what the run has done so far that its log does not contain yet. Called at each write. */
  soFar: () => Partial<Run> = () => ({})
  #hasRow: boolean
  #dueAt: number
  #writing: Promise<void> | undefined
  #failed = 0

  constructor({ services, log }: Pick<Part, 'services' | 'log'>) {
    this.#services = services
    this.#log = log
    this.#hasRow = log.run.trigger === 'request' || log.run.parts > 1
    this.#dueAt = services.now().getTime() + (this.#hasRow ? betweenWrites : shownAfter)
    // While a server does not respond, nothing else calls `note`.
    if (!this.#hasRow) this.#timer = setTimeout(() => this.note(true), shownAfter).unref()
  }

  /** Starts a write if the last one has ended and was long enough ago, or if the run has just found its first mail. */
  note(anyway = false): void {
    const now = this.#services.now().getTime()
    const isDue = now >= this.#dueAt || (!this.#hasRow && (anyway || this.#log.run.counts.found > 0))
    if (this.#writing || !isDue) return
    this.#hasRow = true
    this.#dueAt = now + betweenWrites
    this.#writing = this.#write({ ...this.#log.run, ...this.soFar() }).finally(() => {
      this.#writing = undefined
    })
  }

  /** Waits for the write in progress, because it must not follow the record of this part's end. */
  async end(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#writing
    if (this.#failed === 0) return
    const times = this.#failed === 1 ? 'once' : `${this.#failed} times`
    this.#log.event(
      progressIncomplete,
      `The progress of this run could not be written ${times}. This did not affect the fetch.`,
    )
    this.#failed = 0
  }

  async #write(run: Run): Promise<void> {
    try {
      await this.#services.runs.saveOpen(run)
    } catch (error) {
      this.#failed += 1
      const { runId, accountId } = run
      const cause = error instanceof Error ? error : new Error('the write failed without an error')
      this.#services.logError('could not write the progress of a run', cause, { runId, accountId })
    }
  }
}
