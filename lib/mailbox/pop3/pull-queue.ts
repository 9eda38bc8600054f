/**
 * Passes values from the socket's events to one reader that pulls. `weigh` returns a value's weight. `onWeight`
 * receives each change of the total waiting weight, so that the caller can pause the socket.
 */
export class PullQueue<T> implements AsyncIterable<T> {
  readonly #weigh: (value: T) => number
  readonly #onWeight: (change: number) => void
  #waiting: T[] = []
  #over = false
  #failure: Error | undefined
  #discarding = false
  #wake: (() => void) | undefined

  constructor(weigh: (value: T) => number, onWeight: (change: number) => void) {
    this.#weigh = weigh
    this.#onWeight = onWeight
  }

  push(value: T): void {
    if (this.#discarding) return
    this.#waiting.push(value)
    this.#onWeight(this.#weigh(value))
    this.#wake?.()
  }

  end(): void {
    this.#over = true
    this.#wake?.()
  }

  /** The reader still gets all complete values, then the error. */
  fail(error: Error): void {
    if (this.#over) return
    this.#failure ??= error
    this.#wake?.()
  }

  /** True if the reader has left and new values are dropped. */
  get abandoned(): boolean {
    return this.#discarding
  }

  /** Drops all waiting and future values, because the reader will not continue. */
  discard(): void {
    this.#discarding = true
    for (const value of this.#waiting.splice(0)) this.#onWeight(-this.#weigh(value))
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) {
        // Taken as one list: shifting a long array one by one takes quadratic time.
        const batch = this.#waiting
        this.#waiting = []
        let taken = 0
        try {
          for (const value of batch) {
            taken += 1
            this.#onWeight(-this.#weigh(value))
            yield value
          }
        } finally {
          for (const value of batch.slice(taken)) this.#onWeight(-this.#weigh(value))
        }
        if (this.#waiting.length > 0) continue
        if (this.#over) return
        if (this.#failure !== undefined) throw this.#failure
        const { promise, resolve } = Promise.withResolvers<void>()
        this.#wake = resolve
        await promise
        this.#wake = undefined
      }
    } finally {
      this.discard()
    }
  }
}
