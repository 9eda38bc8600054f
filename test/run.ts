import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import * as z from 'zod'
import { type ProgramForTests, programsForTests, suiteFiles } from './system-programs.ts'

/** `npm test` (through start.mjs): every check of the project, one after the other, then one line with the count. */

const root = dirname(import.meta.dirname)
const binaries = join(root, 'node_modules', '.bin')
/** The whole run has 15 minutes in CI; a suite that hangs must not take them all. */
const testLimitMs = 12 * 60 * 1000

const environment = z
  .object({ CI: z.string().optional(), NO_APT: z.string().optional(), PATH: z.string().default('') })
  .parse(process.env)
const inCi = environment.CI === 'true'

interface Count {
  readonly passed: number
  readonly failed: number
  /** Printed under the step. */
  readonly notes: readonly string[]
}

const seconds = (from: number): string => `${((performance.now() - from) / 1000).toFixed(1)} s`

/** Runs a tool of node_modules/.bin; `shown`: its output goes straight to the terminal, else it is printed only if it fails. */
async function tool(name: string, args: readonly string[], options: { shown: boolean; limitMs?: number }) {
  const env = { ...process.env, PATH: `${binaries}${delimiter}${environment.PATH}` }
  const stdio = options.shown ? 'inherit' : 'pipe'
  const child = spawn(join(binaries, name), args, { cwd: root, env, stdio: ['ignore', stdio, stdio] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const timer = options.limitMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), options.limitMs)
  const status = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
    child.once('close', (code, signal) =>
      resolve(signal ? `was ended by ${signal}` : code === 0 ? '' : `exit code ${code}`),
    )
  })
  clearTimeout(timer)
  return { good: status === '', status, output }
}

const check = async (name: string, args: readonly string[]): Promise<Count> => {
  const { good, status, output } = await tool(name, args, { shown: false })
  return good
    ? { passed: 1, failed: 0, notes: [] }
    : { passed: 0, failed: 1, notes: [output.trimEnd(), `${name}: ${status}`] }
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

/** Vitest's own report; a file that did not even load, or an error outside any test, counts as one failure. */
function countTests(reportFile: string, run: { good: boolean; status: string }): Count {
  if (!existsSync(reportFile)) return { passed: 0, failed: 1, notes: [`vitest gave no report: ${run.status}`] }
  const report = reportSchema.parse(JSON.parse(readFileSync(reportFile, 'utf8')))
  const notLoaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  )
  const skipped = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status !== 'passed' && status !== 'failed'),
  )
  const failed = report.numFailedTests + notLoaded.length
  const outside = failed === 0 && !run.good
  return {
    passed: report.numPassedTests,
    failed: failed + (outside ? 1 : 0),
    notes: [
      ...notLoaded.map(({ name }) => `failed outside its tests: ${name}`),
      ...skipped.map(({ fullName }) => `skipped: ${fullName}`),
      ...(outside ? [`vitest: ${run.status}, with an error outside the tests`] : []),
    ],
  }
}

async function tests(leftOut: readonly ProgramForTests[]): Promise<Count> {
  const directory = mkdtempSync(join(tmpdir(), 'postmaster-test-'))
  const report = join(directory, 'report.json')
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const without = leftOut.flatMap(({ suites }) => suites.flatMap((pattern) => ['--exclude', pattern]))
  try {
    return countTests(report, await tool('vitest', [...args, ...without], { shown: true, limitMs: testLimitMs }))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function programCheck({ available, words }: ProgramForTests): Count {
  if (available) return { passed: 1, failed: 0, notes: [words] }
  // Left out, named again at the end; only CI must have it.
  return inCi ? { passed: 0, failed: 1, notes: [words] } : { passed: 0, failed: 0, notes: [words] }
}

async function main(): Promise<number> {
  const started = performance.now()
  const programs = programsForTests(environment.NO_APT === '1')
  const leftOut = programs.filter(({ available }) => !available)
  const steps: readonly [string, () => Count | Promise<Count>][] = [
    ['Types (tsc)', () => check('tsc', ['--noEmit'])],
    ['Format, lint and layer rules (biome)', () => check('biome', ['check', '.'])],
    ['Unused files, exports and dependencies (knip)', () => check('knip', ['--no-progress'])],
    ...programs.map((program): [string, () => Count] => [program.title, () => programCheck(program)]),
    ['Tests (vitest)', () => tests(leftOut)],
  ]
  const summary: string[] = []
  let passed = 0
  let failed = 0
  for (const [title, step] of steps) {
    const from = performance.now()
    console.log(`\n${title} …`)
    const count = await step()
    for (const note of count.notes) console.log(note)
    passed += count.passed
    failed += count.failed
    const result = count.failed > 0 ? `${count.failed} failed` : count.passed > 0 ? 'passed' : 'left out'
    const line = `${title}: ${result}, ${seconds(from)}`
    console.log(line)
    summary.push(line)
  }
  console.log(`\n${summary.join('\n')}\nAll in ${seconds(started)}`)
  for (const { words, suites } of leftOut) {
    console.log(`\nLeft out: ${words}`)
    for (const file of suiteFiles(suites)) console.log(`  ${file}`)
  }
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

process.exitCode = await main()
