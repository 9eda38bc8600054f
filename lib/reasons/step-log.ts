import type { Reason } from './reason.ts'

export type Facts = Record<string, string | number | boolean | string[]>

/** Removes facts that are unknown or empty. */
export const factsOf = (facts: Readonly<Record<string, Facts[string] | undefined>>): Facts => {
  const known: Facts = {}
  for (const [name, value] of Object.entries(facts))
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) known[name] = value
  return known
}

/** The result of one step of a test. */
export interface LoggedStep<Step extends string> {
  step: Step
  state: 'passed' | 'failed' | 'skipped'
  detail: string
  code?: string | undefined
  remedy?: string | undefined
  facts?: Facts | undefined
}

/** Why a step failed, and what was observed. */
export interface StepFailure extends Reason {
  readonly facts?: Facts | undefined
}

/** The progress of a test that consists of ordered steps. */
export class StepLog<Step extends string> {
  readonly #order: readonly Step[]
  readonly #results = new Map<Step, LoggedStep<Step>>()

  constructor(order: readonly Step[]) {
    this.#order = order
  }

  passed(step: Step, detail: string, facts?: Facts): void {
    this.#results.set(step, { step, state: 'passed', detail, ...(facts && { facts }) })
  }

  skipped(step: Step, detail: string, more: Partial<StepFailure> = {}): void {
    this.#results.set(step, { step, state: 'skipped', ...more, detail })
  }

  /** @param step undefined if every step already has a result; the failure is then not recorded */
  failed(step: Step | undefined, { code, detail, remedy, facts }: StepFailure): void {
    if (step === undefined) return
    this.#results.set(step, { step, state: 'failed', detail, code, remedy, ...(facts && { facts }) })
  }

  has(step: Step): boolean {
    return this.#results.has(step)
  }

  /** The first step without a result. An error that occurs now belongs to it. */
  get current(): Step | undefined {
    return this.#order.find((step) => !this.has(step))
  }

  /** All steps in order. Steps without a result are reported as not reached. */
  get steps(): LoggedStep<Step>[] {
    return this.#order.map((step) => this.#results.get(step) ?? { step, state: 'skipped', detail: 'Not reached.' })
  }
}
