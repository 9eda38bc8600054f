import { beforeAll, describe, expect, it } from 'vitest'
import { builtPage } from '../../../cdk/page/build-page.ts'
import { pageFingerprint } from '../../../cdk/page/page-files.ts'
import { type FirstVisit, firstVisits } from './first-visits.ts'

const root = new URL('../../../', import.meta.url).pathname
const kibibytes = 1024

/** Bytes of JavaScript for a first visit, compressed. */
const accountsBudget = 350 * kibibytes
/** The overview shows its numbers first, and then loads its chart, which has 30 KB. */
const scriptBudget = 380 * kibibytes
const styleBudget = 90 * kibibytes
/** All of them may arrive at the function at the same time, and a new AWS account runs ten functions at once. */
const fileBudget = 12

describe('the first visit of each screen of the admin page', () => {
  let visits: ReadonlyMap<string, FirstVisit>
  beforeAll(async () => {
    visits = firstVisits(await builtPage(root, pageFingerprint(root)))
  })

  it('the accounts screen loads at most 350 KB of JavaScript', () => {
    expect(visits.get('accounts/accounts-screen.tsx')?.script).toBeGreaterThan(100 * kibibytes)
    expect(visits.get('accounts/accounts-screen.tsx')?.script).toBeLessThanOrEqual(accountsBudget)
  })

  it('no screen loads more JavaScript, styles or files than its budget', () => {
    expect(visits.size).toBeGreaterThan(10)
    const tooLarge = [...visits].filter(
      ([, { script, style, files }]) => script > scriptBudget || style > styleBudget || files > fileBudget,
    )
    expect(tooLarge).toEqual([])
  })
})
