import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const executables = ['/usr/sbin/dovecot', '/usr/local/sbin/dovecot', '/opt/homebrew/sbin/dovecot']

export interface DovecotAvailability {
  readonly available: boolean
  readonly path: string
  /** Another version is installed, so installing packages does not help. */
  readonly wrongVersion: boolean
  /** A description of the installed or missing version. */
  readonly reason: string
}

const no = (path: string, reason: string, wrongVersion = false): DovecotAvailability => ({
  available: false,
  path,
  wrongVersion,
  reason,
})

/** Checks whether Dovecot 2.3 with IMAP and POP3 is installed. */
export function dovecotAvailable(): DovecotAvailability {
  for (const path of executables) {
    const { stdout, error } = spawnSync(path, ['--version'], { encoding: 'utf8' })
    if (error) continue
    const version = stdout.split(' ')[0] ?? ''
    if (!version.startsWith('2.3.')) {
      return no(path, `Dovecot ${version} is installed, but its configuration differs from 2.3's`, true)
    }
    const missing = missingProtocols(path)
    if (missing.length > 0) return no(path, `Dovecot's ${missing.join(' and ')} is not installed`)
    return { available: true, path, wrongVersion: false, reason: `Dovecot ${version}` }
  }
  return no('', 'Dovecot is not installed')
}

/** Debian packages the two protocols separately from the core. */
const missingProtocols = (path: string): string[] => {
  const libexec = spawnSync(path, ['-a'], { encoding: 'utf8' }).stdout.match(/^libexec_dir = (.*)$/m)?.[1]
  return ['imap', 'pop3'].filter((protocol) => !existsSync(`${libexec ?? '/usr/lib/dovecot'}/${protocol}`))
}
