import { ProblemError } from '../reasons/problem.ts'
import type { ExpectedVersion } from './versioned-change.ts'

export const assertVersion = (expected: ExpectedVersion, current: number): void => {
  if (expected !== 'any' && expected !== current) throw changedMeanwhile()
}

export const changedMeanwhile = (): ProblemError =>
  new ProblemError(
    'changed-meanwhile',
    'The version in If-Match is no longer the current version. Nothing was changed.',
  )

export const attemptsFor = (expected: ExpectedVersion): number => (expected === 'any' ? 5 : 1)
