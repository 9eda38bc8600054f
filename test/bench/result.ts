import type { Case } from './cases.ts'
import type { ClientName } from './options.ts'

/** One client's results in one case. */
export interface Result {
  readonly client: ClientName
  readonly messages: number
  readonly bytes: number
  /** One value per round. */
  readonly milliseconds: readonly number[]
  readonly cpu: readonly number[]
  /** For the last round, including TCP handshakes. Undefined if they were not counted. */
  readonly roundTrips: number | undefined
  readonly peakMemory: number | undefined
  /** A description of the failure. */
  readonly failure?: string
}

export interface CaseResult {
  readonly case: Case
  readonly results: readonly Result[]
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
