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

describe('the count of a run', () => {
  it('is that of its tests', () => {
    expect(counted([file('passed', 'passed', 'passed')], '')).toEqual({ passed: 2, failed: 0, notes: [] })
    expect(counted([file('failed', 'passed', 'failed')], 'exit code 1')).toEqual({ passed: 1, failed: 1, notes: [] })
  })

  it('holds a failure for each file that did not load, and names it', () => {
    expect(counted([file('failed'), file('passed', 'passed')], 'exit code 1')).toEqual({
      passed: 1,
      failed: 1,
      notes: ['failed outside its tests: failed.test.ts'],
    })
  })

  it('holds a failure for an error outside all tests, and for a run without a report', () => {
    expect(counted([file('passed', 'passed')], 'exit code 1')).toMatchObject({ passed: 1, failed: 1 })
    expect(countTests(join(folder, 'none.json'), 'was ended by SIGKILL')).toEqual({
      passed: 0,
      failed: 1,
      notes: ['vitest gave no report: was ended by SIGKILL'],
    })
  })

  it('names skipped tests', () => {
    expect(counted([file('passed', 'skipped')], '').notes).toEqual(['skipped: a skipped test'])
  })
})
