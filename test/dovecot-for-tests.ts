import { spawnSync } from 'node:child_process'
import { existsSync, globSync, rmSync, writeFileSync } from 'node:fs'
import { dovecotAvailable } from './mail-server/dovecot/available.ts'

/** Suites that need a real Dovecot, by place or name. */
export const dovecotSuites = ['test/integration/**', '**/*.dovecot.test.ts']

const packages = ['dovecot-imapd', 'dovecot-pop3d']
const command = `apt-get install ${packages.join(' ')}`
/** Debian starts what it installs, unless this file says no; the tests start their own. */
const policyFile = '/usr/sbin/policy-rc.d'

export interface DovecotForTests {
  readonly available: boolean
  /** Why not, and what to do. */
  readonly words: string
}

const apt = (...args: string[]): boolean => {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status, stdout, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8' })
  if (status !== 0) console.log(`${stdout}${stderr}apt-get ${args.join(' ')}: exit code ${status}`)
  return status === 0
}

function install(): boolean {
  const ownPolicy = !existsSync(policyFile)
  if (ownPolicy) writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    const options = ['install', '--yes', '--no-install-recommends', '--quiet=2']
    return (apt('update', '--quiet=2') && apt(...options, ...packages)) || apt(...options, ...packages)
  } finally {
    if (ownPolicy) rmSync(policyFile)
  }
}

/** Finds Dovecot, or installs it where that is possible and not forbidden. */
export function dovecotForTests(aptForbidden: boolean): DovecotForTests {
  const found = dovecotAvailable()
  if (found.available) return { available: true, words: found.reason }
  const byHand = `${found.reason}. To run these suites: ${command}`
  const mayInstall = process.getuid?.() === 0 && !spawnSync('apt-get', ['--version']).error
  if (found.wrongVersion || aptForbidden || !mayInstall) return { available: false, words: byHand }
  console.log(`${found.reason}; installing it now (${command}; NO_APT=1 forbids it).`)
  install()
  const now = dovecotAvailable()
  return { available: now.available, words: now.available ? `${now.reason}, installed just now` : byHand }
}

/** The files left out without Dovecot, to be named at the end of a run. */
export const dovecotSuiteFiles = (): string[] =>
  globSync(dovecotSuites, { exclude: ['node_modules/**'] })
    .filter((file) => file.endsWith('.test.ts'))
    .sort()
