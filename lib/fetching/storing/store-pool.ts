/**
 * Runs stores concurrently, limited by their number and by the bytes they hold. `add` waits for free capacity, which
 * pauses reading from the mail server's socket. The next `add` or `drain` throws a failure, once.
 */
export class StorePool {
  readonly #maxTasks: number
  readonly #maxBytes: number
  readonly #running = new Set<Promise<void>>()
  /** Replaced whenever a task ends, so that a long-running task does not keep waiting calls of `add` in memory. */
  #taskEnded = Promise.withResolvers<void>()
  #bytes = 0
  #failure: { readonly error: unknown } | undefined

  constructor(maxTasks: number, maxBytes: number) {
    this.#maxTasks = maxTasks
    this.#maxBytes = maxBytes
  }

  /** Resolves once the task has started. A task that exceeds the whole capacity runs alone. */
  async add(bytes: number, task: () => Promise<void>): Promise<void> {
    while (this.#running.size > 0 && (this.#running.size >= this.#maxTasks || this.#bytes + bytes > this.#maxBytes)) {
      await this.#taskEnded.promise
    }
    this.#throwFailure()
    this.#bytes += bytes
    const running: Promise<void> = task()
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => {
        this.#bytes -= bytes
        this.#running.delete(running)
        this.#taskEnded.resolve()
        this.#taskEnded = Promise.withResolvers()
      })
    this.#running.add(running)
  }

  /** Waits for all running tasks, then throws the first failure if there was one. */
  async drain(): Promise<void> {
    await Promise.all(this.#running)
    this.#throwFailure()
  }

  /** Waits for all running tasks without throwing, for callers that already have a failure to report. */
  async idle(): Promise<void> {
    await Promise.all(this.#running)
  }

  #throwFailure(): void {
    const failure = this.#failure
    this.#failure = undefined
    if (failure) throw failure.error
  }
}
