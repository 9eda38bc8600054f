import type { ConnectionTest } from './connection-test.ts'
import type { ProbeLimits } from './probe-limits.ts'
import type { StepLog } from './step-log.ts'

/** What a test has found so far. It is reported no matter how the test ends. */
export interface Findings {
  readonly steps: StepLog
  readonly limits: ProbeLimits
  /** `performance.now()` after which no further details are requested. */
  readonly detailsUntil: number
  waiting?: ConnectionTest['waiting']
  folders?: NonNullable<ConnectionTest['folders']>
}
