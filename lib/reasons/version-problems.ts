import type { CataloguedProblem } from './catalogued-problem.ts'

/** The problems after a return to an earlier version of Postmaster. */
export const versionProblems = {
  'row-too-new': {
    status: 503,
    title: 'A newer version of Postmaster wrote this',
    remedy: 'Deploy the newer version again. This version leaves the row unchanged and works with all others.',
    when: 'The deployment returned to an earlier version, which cannot read the format of a row that the newer version wrote.',
    example: 'The row has format 2, and this version of Postmaster reads formats up to 1.',
  },
} as const satisfies Record<string, CataloguedProblem>
