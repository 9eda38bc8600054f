import type { Leftover } from './clean-up.ts'
import type { StepResult } from './journal.ts'

/** The result of the command. `--json` prints it. */
export interface Outcome {
  /** True if no step failed, every step was tried or deliberately skipped, and nothing is left over. */
  readonly passed: boolean
  readonly startedAt: string
  readonly seconds: number
  readonly deployment: {
    readonly accountId: string
    readonly region: string
    readonly apiUrl: string
    readonly stacks: readonly string[]
  }
  /** The mark in the names of everything that the command has created. */
  readonly mark: string
  readonly steps: readonly StepResult[]
  readonly leftovers: readonly Leftover[]
  /** What remains by design, as sentences. */
  readonly remains: readonly string[]
}

export const hasPassed = (steps: readonly StepResult[], leftovers: readonly Leftover[]): boolean =>
  leftovers.length === 0 && steps.every(({ state }) => state === 'passed' || state === 'skipped')
