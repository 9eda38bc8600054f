import type { Run } from '../runs/run.ts'
import type { FetchServices, Part } from './part.ts'
import type { RunLog } from './run-log.ts'

/**
 * The least number of milliseconds between two writes, and before the first one. A person notices a standstill of a few
 * seconds. A run that ends sooner, as most scheduled runs do, costs no additional write.
 */
const betweenWrites = 1000

/** The code of the event of a run whose progress could not always be written. */
export const progressIncomplete = 'progress-incomplete'

/** What the run has done so far that its log does not contain yet. */
export type SoFar = Pick<Run, 'counts' | 'roundTrips'> & Partial<Pick<Run, 'connection' | 'conversation'>>

/**
 * Writes a run's record while the run goes on, so that people can follow it. The run does not wait for these writes, and
 * a failed write does not affect it. None of them replaces the record of a run that has ended.
 */
export class RunProgress {
  readonly #services: Pick<FetchServices, 'runs' | 'logError' | 'now'>
  readonly #log: RunLog
  readonly #soFar: () => SoFar
  #dueAt: number
  #writing: Promise<void> | undefined
  #failed = 0

  constructor({ services, log }: Pick<Part, 'services' | 'log'>, soFar: () => SoFar) {
    this.#services = services
    this.#log = log
    this.#soFar = soFar
    this.#dueAt = services.now().getTime() + betweenWrites
  }

  /** Starts a write if the last one has ended and was long enough ago. */
  note(): void {
    const now = this.#services.now().getTime()
    if (this.#writing || now < this.#dueAt) return
    this.#dueAt = now + betweenWrites
    this.#writing = this.#write({ ...this.#log.run, ...this.#soFar() }).finally(() => {
      this.#writing = undefined
    })
  }

  /** Waits for the write in progress, because it must not follow the record of this part's end. */
  async end(): Promise<void> {
    await this.#writing
    if (this.#failed === 0) return
    const times = this.#failed === 1 ? 'once' : `${this.#failed} times`
    this.#log.event(
      progressIncomplete,
      `The progress of this run could not be written ${times}. This did not affect the fetch.`,
    )
  }

  async #write(run: Run): Promise<void> {
    try {
      await this.#services.runs.replaceOpen(run, run)
    } catch (error) {
      this.#failed += 1
      const { runId, accountId } = run
      const cause = error instanceof Error ? error : new Error('the write failed without an error')
      this.#services.logError('could not write the progress of a run', cause, { runId, accountId })
    }
  }
}
