import type { Reason } from '../../lib/reasons/reason.ts'
import { reasonOfError } from './reason-of-error.ts'
import { Interrupted, StepSkipped } from './step-error.ts'

/** What a step is called, and what its success proves. */
export interface PlannedStep {
  readonly title: string
  readonly proves: string
}

export interface StepResult extends PlannedStep {
  readonly id: string
  /** `not-tried`: an earlier step failed, or the operator interrupted the command. */
  readonly state: 'passed' | 'failed' | 'skipped' | 'not-tried'
  readonly seconds: number
  /** What the step has seen. */
  readonly detail?: string
  readonly reason?: Reason
}

/** The outcome of a step that passed: a sentence about what it has seen, and a value for the steps after it. */
export interface Seen<T> {
  readonly detail: string
  readonly value: T
}

export interface JournalListener {
  began(step: PlannedStep): void
  ended(result: StepResult): void
}

/** Runs steps one after the other, and records what each of them has proved. */
export class Journal<Id extends string> {
  readonly #plan: Readonly<Record<Id, PlannedStep>>
  readonly #listener: JournalListener
  readonly #signal: AbortSignal
  readonly #results = new Map<Id, StepResult>()

  /** @param signal ends the command before the next step */
  constructor(plan: Readonly<Record<Id, PlannedStep>>, listener: JournalListener, signal: AbortSignal) {
    this.#plan = plan
    this.#listener = listener
    this.#signal = signal
  }

  /** @returns the value of the step, or undefined if it did not pass @throws Interrupted after Ctrl-C */
  async step<T>(id: Id, work: () => Promise<Seen<T>>): Promise<T | undefined> {
    if (this.#signal.aborted) throw new Interrupted()
    const step = this.#plan[id]
    this.#listener.began(step)
    const begun = performance.now()
    const end = (rest: Pick<StepResult, 'state' | 'detail' | 'reason'>) => {
      const result: StepResult = { id, ...step, seconds: Math.round((performance.now() - begun) / 100) / 10, ...rest }
      this.#results.set(id, result)
      this.#listener.ended(result)
    }
    try {
      const { detail, value } = await work()
      end({ state: 'passed', detail })
      return value
    } catch (error) {
      if (error instanceof Interrupted) throw error
      end({ state: error instanceof StepSkipped ? 'skipped' : 'failed', reason: reasonOfError(error) })
      return undefined
    }
  }

  /** @returns a result for every planned step, in the order of the plan */
  results(): StepResult[] {
    const ids = Object.keys(this.#plan) as Id[]
    return ids.map((id) => this.#results.get(id) ?? { id, ...this.#plan[id], state: 'not-tried', seconds: 0 })
  }
}
