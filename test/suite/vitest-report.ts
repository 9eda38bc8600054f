import { existsSync, readFileSync } from 'node:fs'
import * as z from 'zod'

export interface Count {
  readonly passed: number
  readonly failed: number
  /** Printed under the step. */
  readonly notes: readonly string[]
}

const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
})

/**
 * Counts the tests in Vitest's own report. A file that failed to load, or an error outside any test, counts as one
 * failure.
 */
export const countTests = (reportFile: string, problem: string): Count => {
  if (!existsSync(reportFile)) return { passed: 0, failed: 1, notes: [`vitest did not write a report: ${problem}`] }
  const report = reportSchema.parse(JSON.parse(readFileSync(reportFile, 'utf8')))
  const notLoaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  )
  const skipped = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status !== 'passed' && status !== 'failed'),
  )
  const failed = report.numFailedTests + notLoaded.length
  const outside = failed === 0 && problem !== ''
  return {
    passed: report.numPassedTests,
    failed: failed + (outside ? 1 : 0),
    notes: [
      ...notLoaded.map(({ name }) => `failed outside its tests: ${name}`),
      ...skipped.map(({ fullName }) => `skipped: ${fullName}`),
      ...(outside ? [`vitest: ${problem}, with an error outside the tests`] : []),
    ],
  }
}
