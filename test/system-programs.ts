import { spawnSync } from 'node:child_process'
import { existsSync, globSync, rmSync, writeFileSync } from 'node:fs'
import { dovecotAvailable } from './mail-server/dovecot/available.ts'
import { chromiumPath } from './oauth2-server/browser/chromium-path.ts'
import { packages, requestTrackerAvailable } from './rt/available.ts'
import { javaForTests } from './support/dynamodb-local.ts'

interface Found {
  readonly available: boolean
  /** The program that was found, or the missing one. */
  readonly reason: string
  /** True if installing packages would not help. */
  readonly wrongVersion: boolean
}

/** A program or permission that some suites require from the operating system, and the paths of these suites. */
interface SystemProgram {
  readonly title: string
  readonly suites: readonly string[]
  /** The Debian packages. Empty if no package can provide it. */
  readonly packages: readonly string[]
  readonly look: () => Found
}

/** The title of the program that runs DynamoDB Local. The nightly part runs the tests of tables over it as well. */
export const java = 'Java for DynamoDB Local'

const systemPrograms: readonly SystemProgram[] = [
  {
    title: 'Real mail server (Dovecot)',
    suites: [
      'test/integration/**',
      'test/web/{accessibility,journeys}/**',
      '**/*.dovecot.test.ts',
      '**/*.dovecot.nightly.test.ts',
    ],
    packages: ['dovecot-imapd', 'dovecot-pop3d'],
    look: dovecotAvailable,
  },
  {
    title: 'Real shells (zsh, fish)',
    suites: ['**/*.shells.test.ts'],
    packages: ['zsh', 'fish'],
    look: () => {
      const missing = ['zsh', 'fish'].filter((shell) => spawnSync(shell, ['--version']).error !== undefined)
      const reason = missing.length === 0 ? 'zsh, fish' : `${missing.join(' and ')} not installed`
      return { available: missing.length === 0, reason, wrongVersion: false }
    },
  },
  {
    title: 'Real browser (Chromium)',
    suites: ['**/*.chromium.test.ts', '**/*.chromium.nightly.test.ts'],
    packages: ['chromium'],
    look: () => {
      const path = chromiumPath()
      return { available: path !== undefined, reason: path ?? 'Chromium is not installed', wrongVersion: false }
    },
  },
  {
    title: 'Real ticket system (Request Tracker)',
    suites: ['**/*.request-tracker.test.ts'],
    packages,
    look: requestTrackerAvailable,
  },
  { title: java, suites: [], packages: ['default-jre-headless'], look: javaForTests },
  {
    title: 'Another user of this machine',
    suites: ['**/*.other-user.test.ts'],
    packages: [],
    look: () => {
      const available = process.platform === 'linux' && process.getuid?.() === 0
      const reason = available ? 'nobody' : 'Only root on Linux can run a program as another user'
      return { available, reason, wrongVersion: !available }
    },
  },
]

export interface ProgramForTests {
  readonly title: string
  readonly available: boolean
  /** The program that was found, or the reason why it is missing and the remedy. */
  readonly words: string
  readonly suites: readonly string[]
}

/** Debian starts the services that it installs unless this file prevents it. The tests start their own services. */
const policyFile = '/usr/sbin/policy-rc.d'

const apt = (...args: string[]): boolean => {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status, stdout, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8' })
  if (status !== 0) console.log(`${stdout}${stderr}apt-get ${args.join(' ')}: exit code ${status}`)
  return status === 0
}

function install(packages: readonly string[]): void {
  const ownPolicy = !existsSync(policyFile)
  if (ownPolicy) writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    const options = ['install', '--yes', '--no-install-recommends', '--quiet=2']
    const installed = apt('update', '--quiet=2') && apt(...options, ...packages)
    if (!installed) apt(...options, ...packages)
  } finally {
    if (ownPolicy) rmSync(policyFile)
  }
}

export interface ProgramsOptions {
  readonly aptForbidden: boolean
  /** Whether the tests of tables also run over DynamoDB Local. */
  readonly withDynamoDbLocal: boolean
}

/** Finds each program, or installs it if that is possible and allowed. */
export const programsForTests = ({ aptForbidden, withDynamoDbLocal }: ProgramsOptions): ProgramForTests[] =>
  systemPrograms
    .filter(({ title }) => withDynamoDbLocal || title !== java)
    .map(({ title, suites, packages, look }) => {
      const found = look()
      if (found.available) return { title, suites, available: true, words: found.reason }
      const command = packages.length === 0 ? 'run the tests as root' : `apt-get install ${packages.join(' ')}`
      const byHand = `${found.reason}. To run these tests: ${command}`
      const mayInstall = process.getuid?.() === 0 && !spawnSync('apt-get', ['--version']).error
      if (found.wrongVersion || aptForbidden || !mayInstall) return { title, suites, available: false, words: byHand }
      console.log(`${found.reason}. Installing it now with ${command}. NO_APT=1 prevents this.`)
      install(packages)
      const { available, reason } = look()
      return { title, suites, available, words: available ? `${reason}, installed just now` : byHand }
    })

/** The test files of the given suites, which are listed at the end of a run if they are skipped. */
export const suiteFiles = (suites: readonly string[]): string[] =>
  globSync(suites, { exclude: ['node_modules/**'] })
    .filter((file) => file.endsWith('.test.ts'))
    .sort()
