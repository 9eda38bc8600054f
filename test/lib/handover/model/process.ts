/** What happens at a step: the call takes effect, fails without effect, or takes effect but fails for the caller. */
export type Fate = 'works' | 'fails' | 'fails-after'

/** A failed call, as a table or a queue that cannot be reached causes it. */
export class CallFailed extends Error {}

/**
 * One run of a function or of the agent. It stops before each call, and the explorer decides when and how it continues. A
 * process that crashed never continues, so none of its handlers run.
 */
export class Process {
  readonly name: string
  readonly isSlow: boolean
  readonly #waiting: { readonly call: string; readonly go: (fate: Fate) => void }[] = []
  /** The step at which the process last read the head of each lane. */
  readonly headReads = new Map<string, number>()
  state: 'running' | 'crashed' | 'done' = 'running'

  constructor(name: string, isSlow = false) {
    this.name = name
    this.isSlow = isSlow
  }

  get waits(): boolean {
    return this.state === 'running' && this.#waiting.length > 0
  }

  /** Waits for the explorer, and applies the effect. A crash before the next call is a crash after this effect. */
  async call<T>(call: string, effect: () => T): Promise<T> {
    const fate = await new Promise<Fate>((go) => {
      this.#waiting.push({ call, go })
    })
    if (fate === 'fails') throw new CallFailed(`${call} failed`)
    const result = effect()
    if (fate === 'fails-after') throw new CallFailed(`${call} failed after its effect`)
    return result
  }

  async step(fate: Fate): Promise<void> {
    this.#waiting.shift()?.go(fate)
    // Everything that the process does without a further call happens before this promise resolves.
    await new Promise((resolve) => setImmediate(resolve))
  }

  crash(): void {
    this.state = 'crashed'
  }
}
