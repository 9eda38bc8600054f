import type { Reason } from '../../lib/reasons/reason.ts'

/** The deployment does not do what the step expects. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed'
  readonly reason: Reason

  constructor(code: string, detail: string, remedy: string) {
    super(detail)
    this.reason = { code, detail, remedy }
  }
}

/** The step cannot be tried here, for example because the operator lacks a permission. It proves nothing. */
export class StepSkipped extends Error {
  override readonly name = 'StepSkipped'
  readonly reason: Reason

  constructor(code: string, detail: string, remedy: string) {
    super(detail)
    this.reason = { code, detail, remedy }
  }
}

/** The operator pressed Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}
