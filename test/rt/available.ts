import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

export const serverPath = '/usr/share/request-tracker5/libexec/rt-server'

/** Debian's packages of Request Tracker 5 with SQLite, its own web server, and the command `rt-mailgate`. */
export const packages = ['request-tracker5', 'rt5-standalone', 'rt5-db-sqlite', 'rt5-clients', 'dbconfig-no-thanks']

/** Checks whether Request Tracker 5 is installed. */
export const requestTrackerAvailable = () => {
  const missing = ['rt-setup-database-5', 'rt-mailgate-5'].filter(
    (command) => spawnSync(command, ['--help']).error !== undefined,
  )
  if (!existsSync(serverPath)) missing.push('rt-server')
  const reason = missing.length === 0 ? 'Request Tracker 5' : `${missing.join(' and ')} not installed`
  return { available: missing.length === 0, reason, wrongVersion: false }
}
