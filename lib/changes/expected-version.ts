import { ProblemError } from '../reasons/problem.ts'

/** The version that a change is based on. `any` overwrites any version (`If-Match: *`). */
export type ExpectedVersion = number | 'any'

/** @throws ProblemError `changed-meanwhile` */
export const assertVersion = (expected: ExpectedVersion, current: number): void => {
  if (expected !== 'any' && expected !== current) throw changedMeanwhile()
}

export const changedMeanwhile = (): ProblemError =>
  new ProblemError(
    'changed-meanwhile',
    'The version in If-Match is no longer the current version. Nothing was changed.',
  )

/**
 * With `If-Match: *`, a change that conflicts with another one is repeated on top of it, up to this number of attempts.
 */
const overtakenAttempts = 5

export const attemptsFor = (expected: ExpectedVersion): number => (expected === 'any' ? overtakenAttempts : 1)
