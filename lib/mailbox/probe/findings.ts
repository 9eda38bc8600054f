import type { ConnectionTest } from './connection-test.ts'
import type { ProbeLimits } from './probe-limits.ts'
import type { StepLog } from './step-log.ts'

/** What a test has found so far; whatever ends it, this is told. */
export interface Findings {
  readonly steps: StepLog
  readonly limits: ProbeLimits
  /** `performance.now()` after which no further detail is asked for. */
  readonly detailsUntil: number
  waiting?: ConnectionTest['waiting']
  folders?: NonNullable<ConnectionTest['folders']>
}
