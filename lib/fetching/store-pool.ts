/**
 * Runs stores side by side, bounded by number and by bytes held. `add` waits for room, and that wait is what pauses the mail
 * server's socket. A failure stops the intake: the next `add` or `drain` throws it, once.
 */
export class StorePool {
  readonly #maxTasks: number
  readonly #maxBytes: number
  readonly #running = new Set<Promise<void>>()
  /** Replaced whenever a task ends, so that no waiting `add` stays reachable from a task that takes long. */
  #taskEnded = Promise.withResolvers<void>()
  #bytes = 0
  #failure: { readonly error: unknown } | undefined

  constructor(maxTasks: number, maxBytes: number) {
    this.#maxTasks = maxTasks
    this.#maxBytes = maxBytes
  }

  /** Resolves once the task has started. A single task larger than all the room runs alone. */
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

  /** Waits for everything under way, then throws the first failure if there was one. */
  async drain(): Promise<void> {
    await Promise.all(this.#running)
    this.#throwFailure()
  }

  /** Waits for everything under way and reports nothing: for a caller that already has a failure to report. */
  async idle(): Promise<void> {
    await Promise.all(this.#running)
  }

  #throwFailure(): void {
    const failure = this.#failure
    this.#failure = undefined
    if (failure) throw failure.error
  }
}
