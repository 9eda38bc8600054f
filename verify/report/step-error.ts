import type { Reason } from '../../lib/reasons/reason.ts'

/** Why a step has not passed. */
export class StepError extends Error {
  readonly reason: Reason

  constructor(code: string, detail: string, remedy: string) {
    super(detail)
    this.reason = { code, detail, remedy }
  }
}

/** The deployment does not do what the step expects. */
export class StepFailed extends StepError {
  override readonly name = 'StepFailed'
}

/** The step cannot be tried here, for example because the operator lacks a permission. It proves nothing. */
export class StepSkipped extends StepError {
  override readonly name = 'StepSkipped'
}

/** The operator pressed Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}
