import { ProblemError } from '../problems/problem.ts'

/** The version a change was made against; `any` overwrites whatever is there (`If-Match: *`). */
export type ExpectedVersion = number | 'any'

/** @throws ProblemError `changed-meanwhile` */
export const assertVersion = (expected: ExpectedVersion, current: number): void => {
  if (expected !== 'any' && expected !== current) throw changedMeanwhile()
}

export const changedMeanwhile = (): ProblemError =>
  new ProblemError(
    'changed-meanwhile',
    'The version named in If-Match is no longer the current one; nothing was changed.',
  )
