/**
 * Hands values from the socket's events to one reader that pulls. `weigh` says how much a value weighs, `onWeight` hears by how much the waiting
 * weight changes, so that somebody can pause the socket.
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

  /** The reader still gets what is whole, then the error. */
  fail(error: Error): void {
    if (this.#over) return
    this.#failure ??= error
    this.#wake?.()
  }

  /** The reader has left: what comes is dropped. */
  get abandoned(): boolean {
    return this.#discarding
  }

  /** Nobody will read on: what waits and what comes is dropped. */
  discard(): void {
    this.#discarding = true
    for (const value of this.#waiting.splice(0)) this.#onWeight(-this.#weigh(value))
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) {
        // Taken as one list: shifting a long array one by one is quadratic.
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
