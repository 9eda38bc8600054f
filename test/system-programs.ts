import { spawnSync } from 'node:child_process'
import { existsSync, globSync, rmSync, writeFileSync } from 'node:fs'
import { dovecotAvailable } from './mail-server/dovecot/available.ts'
import { chromiumPath } from './oauth2-server/browser/chromium-path.ts'

interface Found {
  readonly available: boolean
  /** What is there, or what is missing. */
  readonly reason: string
  /** Something stands in the way that installing packages does not change. */
  readonly wrongVersion: boolean
}

/** What some suites need of the operating system, and which suites those are, by place or name. */
interface SystemProgram {
  readonly title: string
  readonly suites: readonly string[]
  /** Debian's. Empty where it is not a matter of packages. */
  readonly packages: readonly string[]
  readonly look: () => Found
}

const systemPrograms: readonly SystemProgram[] = [
  {
    title: 'Real mail server (Dovecot)',
    suites: ['test/integration/**', '**/*.dovecot.test.ts', '**/*.dovecot.nightly.test.ts'],
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
    suites: ['**/*.chromium.test.ts'],
    packages: ['chromium'],
    look: () => {
      const path = chromiumPath()
      return { available: path !== undefined, reason: path ?? 'Chromium is not installed', wrongVersion: false }
    },
  },
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
  /** What there is; or why not, and what to do. */
  readonly words: string
  readonly suites: readonly string[]
}

/** Debian starts the services it installs, unless this file says no; the tests start their own. */
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

/** Finds each program, or installs it where that is possible and not forbidden. */
export const programsForTests = (aptForbidden: boolean): ProgramForTests[] =>
  systemPrograms.map(({ title, suites, packages, look }) => {
    const found = look()
    if (found.available) return { title, suites, available: true, words: found.reason }
    const command = packages.length === 0 ? 'run the tests as root' : `apt-get install ${packages.join(' ')}`
    const byHand = `${found.reason}. To run its suites: ${command}`
    const mayInstall = process.getuid?.() === 0 && !spawnSync('apt-get', ['--version']).error
    if (found.wrongVersion || aptForbidden || !mayInstall) return { title, suites, available: false, words: byHand }
    console.log(`${found.reason}; installing it now (${command}; NO_APT=1 forbids it).`)
    install(packages)
    const { available, reason } = look()
    return { title, suites, available, words: available ? `${reason}, installed just now` : byHand }
  })

/** The files of suites that are left out, to be named at the end of a run. */
export const suiteFiles = (suites: readonly string[]): string[] =>
  globSync(suites, { exclude: ['node_modules/**'] })
    .filter((file) => file.endsWith('.test.ts'))
    .sort()
