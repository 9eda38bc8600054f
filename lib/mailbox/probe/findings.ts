import type { StepLog } from '../../reasons/step-log.ts'
import type { ConnectionTest, TestStep } from './connection-test.ts'
import type { ProbeLimits } from './probe-limits.ts'

/** What a test has found so far. It is reported no matter how the test ends. */
export interface Findings {
  readonly steps: StepLog<TestStep>
  readonly limits: ProbeLimits
  /** `performance.now()` after which no further details are requested. */
  readonly detailsUntil: number
  waiting?: ConnectionTest['waiting']
  folders?: NonNullable<ConnectionTest['folders']>
}
