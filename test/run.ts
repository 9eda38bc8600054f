import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import * as z from 'zod'
import { runCommand } from './suite/command.ts'
import { endingAfter } from './suite/ending.ts'
import { type Part, partsOf, tableTests } from './suite/parts.ts'
import { grantsVariable, unusedGrants } from './suite/used-grants.ts'
import { type Count, countTests } from './suite/vitest-report.ts'
import { startDynamoDbLocal } from './support/dynamodb-local.ts'
import { java, type ProgramForTests, programsForTests, suiteFiles } from './system-programs.ts'

/**
 * `npm test`, `npm run test:quick` and `npm run test:nightly` run this file through start.mjs. It runs the checks one
 * after the other and then prints one line with the count.
 */

const root = dirname(import.meta.dirname)
const binaries = join(root, 'node_modules', '.bin')
const minute = 60_000

interface Suite {
  readonly parts: readonly Part[]
  /** Types, lint and unused code. */
  readonly withChecks: boolean
  /** Whether the tests of tables also run over Amazon's DynamoDB Local. */
  readonly withDynamoDbLocal: boolean
  /** More than a run takes on a busy machine, because the limit only has to end a suite that hangs. */
  readonly limitMs: number
}

const suites = {
  all: { parts: ['quick', 'full'], withChecks: true, withDynamoDbLocal: false, limitMs: 75 * minute },
  quick: { parts: ['quick'], withChecks: false, withDynamoDbLocal: false, limitMs: 75 * minute },
  nightly: { parts: ['nightly'], withChecks: false, withDynamoDbLocal: true, limitMs: 120 * minute },
} as const satisfies Record<string, Suite>

const environment = z
  .object({ CI: z.string().optional(), NO_APT: z.string().optional(), PATH: z.string().default('') })
  .parse(process.env)
const inCi = environment.CI === 'true'

const named = z.enum(['all', 'quick', 'nightly']).safeParse(process.argv[2] ?? 'all')
const ending = endingAfter(suites[named.data ?? 'all'].limitMs)
/** This folder contains the temporary folders of all tests, so deleting it also removes those of ended tests. */
const temporary = mkdtempSync(join(tmpdir(), 'pm-'))
// Dovecot's unprivileged processes must reach their folders through it.
chmodSync(temporary, 0o711)

/** The stacks of the tests note here which grants of their roles they have used. */
const grants = join(temporary, 'grants')
mkdirSync(grants)

const seconds = (from: number): string => `${((performance.now() - from) / 1000).toFixed(1)} s`

/** Runs a tool of node_modules/.bin. */
const tool = (name: string, args: readonly string[], { shown, more }: { shown: boolean; more?: NodeJS.ProcessEnv }) => {
  const env = { ...process.env, ...more, PATH: `${binaries}${delimiter}${environment.PATH}`, TMPDIR: temporary }
  return runCommand(join(binaries, name), args, { cwd: root, env, shown, signal: ending.signal })
}

const check = async (name: string, args: readonly string[]): Promise<Count> => {
  const { problem, output } = await tool(name, args, { shown: false })
  return problem === ''
    ? { passed: 1, failed: 0, notes: [] }
    : { passed: 0, failed: 1, notes: [output.trimEnd(), `${name}: ${problem}`] }
}

const tests = async (files: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Count> => {
  const report = join(temporary, 'report.json')
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...files]
  const { problem, leftBehind } = await tool('vitest', args, {
    shown: true,
    more: { ...more, [grantsVariable]: grants },
  })
  const { passed, failed, notes } = countTests(report, problem)
  return {
    passed,
    failed: failed + (leftBehind.length > 0 ? 1 : 0),
    notes: [...notes, ...leftBehind.map((name) => `The tests left this process behind: ${name}`)],
  }
}

/**
 * Runs the tests of adapters and functions over Amazon's own implementation of the tables, which is stricter than
 * dynalite and slower.
 */
const testsOverDynamoDbLocal = async (): Promise<Count> => {
  const server = await startDynamoDbLocal()
  try {
    return await tests(tableTests(root), { POSTMASTER_TEST_DYNAMODB: server.url })
  } finally {
    await server.stop()
  }
}

const dynamoDbLocalSteps: readonly [string, () => Promise<Count>][] = [
  ['Tests over DynamoDB Local (vitest)', testsOverDynamoDbLocal],
]

const programCheck = ({ available, words }: ProgramForTests): Count => {
  if (available) return { passed: 1, failed: 0, notes: [words] }
  // The tests are skipped and listed at the end. Only CI requires the program.
  return inCi ? { passed: 0, failed: 1, notes: [words] } : { passed: 0, failed: 0, notes: [words] }
}

const main = async ({ parts, withChecks, withDynamoDbLocal }: Suite): Promise<number> => {
  const started = performance.now()
  const files = [...partsOf(root)].filter(([, part]) => parts.includes(part)).map(([file]) => file)
  const programs =
    parts.includes('quick') && parts.length === 1
      ? []
      : programsForTests({ aptForbidden: environment.NO_APT === '1', withDynamoDbLocal })
  const overDynamoDbLocal = withDynamoDbLocal && programs.some(({ title, available }) => title === java && available)
  const leftOut = programs.filter(({ available }) => !available)
  const excluded = new Set(leftOut.flatMap(({ suites }) => suiteFiles(suites)))
  const checks: readonly [string, () => Promise<Count>][] = [
    ['Types (tsc)', () => check('tsc', ['--noEmit'])],
    ['Types of the admin page (tsc)', () => check('tsc', ['--noEmit', '--project', 'web'])],
    ['Format, lint and layer rules (biome)', () => check('biome', ['check', '.'])],
    ['Unused files, exports and dependencies (knip)', () => check('knip', ['--no-progress'])],
  ]
  const steps: readonly [string, () => Count | Promise<Count>][] = [
    ...(withChecks ? checks : []),
    ...programs.map((program): [string, () => Count] => [program.title, () => programCheck(program)]),
    ['Tests (vitest)', () => tests(files.filter((file) => !excluded.has(file)))],
    ...(overDynamoDbLocal ? dynamoDbLocalSteps : []),
  ]
  const summary: string[] = []
  let passed = 0
  let failed = 0
  for (const [title, step] of steps) {
    const from = performance.now()
    console.log(`\n${title} …`)
    const count = await step()
    if (ending.reason !== undefined) break
    for (const note of count.notes) console.log(note)
    passed += count.passed
    failed += count.failed
    const result = count.failed > 0 ? `${count.failed} failed` : count.passed > 0 ? 'passed' : 'skipped'
    const line = `${title}: ${result}, ${seconds(from)}`
    console.log(line)
    summary.push(line)
  }
  console.log(`\n${summary.join('\n')}\nTotal: ${seconds(started)}`)
  // The other parts run too few stacks to tell.
  const unused = parts.includes('full') && ending.reason === undefined ? unusedGrants(grants) : []
  if (unused.length > 0) console.log(`\nGrants that no test has used:\n${unused.map((one) => `  ${one}`).join('\n')}`)
  for (const { words, suites } of leftOut) {
    console.log(`\nSkipped: ${words}`)
    for (const file of suiteFiles(suites).filter((one) => files.includes(one))) console.log(`  ${file}`)
  }
  if (ending.reason !== undefined) {
    failed += 1
    console.log(`\n${ending.reason} All of its processes have ended.`)
  }
  console.log(`${passed} passed, ${failed} failed`)
  return ending.exitCode ?? (failed === 0 ? 0 : 1)
}

try {
  if (!named.success || process.argv.length > 3) {
    console.error('Run `npm test`, `npm run test:quick` or `npm run test:nightly`. They do not accept arguments.')
    process.exitCode = 2
  } else process.exitCode = await main(suites[named.data])
} finally {
  ending.through()
  rmSync(temporary, { recursive: true, force: true, maxRetries: 10 })
}
