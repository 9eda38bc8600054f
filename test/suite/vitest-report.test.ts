import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { countTests } from './vitest-report.ts'

const folder = mkdtempSync(join(tmpdir(), 'pm-report-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = (status: string, ...tests: string[]) => ({
  name: `${status}.test.ts`,
  status,
  assertionResults: tests.map((one) => ({ status: one, fullName: `a ${one} test` })),
})
const counted = (files: ReturnType<typeof file>[], problem: string) => {
  const results = files.flatMap(({ assertionResults }) => assertionResults)
  const number = (status: string) => results.filter((one) => one.status === status).length
  const path = join(folder, 'report.json')
  const report = { numPassedTests: number('passed'), numFailedTests: number('failed'), testResults: files }
  writeFileSync(path, JSON.stringify(report))
  return countTests(path, problem)
}

describe('the count of a test run', () => {
  it('the count of a run equals the number of its tests', () => {
    expect(counted([file('passed', 'passed', 'passed')], '')).toEqual({ passed: 2, failed: 0, notes: [] })
    expect(counted([file('failed', 'passed', 'failed')], 'exit code 1')).toEqual({ passed: 1, failed: 1, notes: [] })
  })

  it('the count of a run includes a failure for each file that failed to load, and a note names the file', () => {
    expect(counted([file('failed'), file('passed', 'passed')], 'exit code 1')).toEqual({
      passed: 1,
      failed: 1,
      notes: ['failed outside its tests: failed.test.ts'],
    })
  })

  it('the count of a run includes a failure for an error outside all tests, and for a missing report', () => {
    expect(counted([file('passed', 'passed')], 'exit code 1')).toMatchObject({ passed: 1, failed: 1 })
    expect(countTests(join(folder, 'none.json'), 'was ended by SIGKILL')).toEqual({
      passed: 0,
      failed: 1,
      notes: ['vitest did not write a report: was ended by SIGKILL'],
    })
  })

  it('the count of a run names skipped tests', () => {
    expect(counted([file('passed', 'skipped')], '').notes).toEqual(['skipped: a skipped test'])
  })
})
