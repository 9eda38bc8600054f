import { type TestedStep, type TestStep, testSteps } from './connection-test.ts'

type Facts = NonNullable<TestedStep['facts']>

/** The description of a failed step. */
export interface StepFailure {
  readonly code: string
  readonly detail: string
  readonly remedy: string
  readonly facts?: Facts | undefined
}

/** The progress of a test. */
export class StepLog {
  readonly #steps: TestedStep[] = []

  passed(step: TestStep, detail: string, facts?: Facts): void {
    this.#steps.push({ step, state: 'passed', detail, ...(facts && { facts }) })
  }

  skipped(step: TestStep, detail: string, why?: { readonly code: string; readonly remedy: string }): void {
    this.#steps.push({ step, state: 'skipped', detail, ...(why && { code: why.code, remedy: why.remedy }) })
  }

  /** The first step without a result. An error now belongs to this step. */
  get current(): TestStep | undefined {
    return testSteps.find((step) => !this.has(step))
  }

  has(step: TestStep): boolean {
    return this.#steps.some((tested) => tested.step === step)
  }

  /**
   * @returns all steps in order. With a failure, the current step has failed and the steps after it were not reached.
   */
  ended(failure?: StepFailure): TestedStep[] {
    const { current } = this
    if (failure && current) {
      const { facts, ...rest } = failure
      this.#steps.push({ step: current, state: 'failed', ...rest, ...(facts && { facts }) })
    }
    for (const step of testSteps) if (!this.has(step)) this.skipped(step, 'Not reached.')
    return this.#steps.toSorted((a, b) => testSteps.indexOf(a.step) - testSteps.indexOf(b.step))
  }
}
