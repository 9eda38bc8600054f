import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Command, CommanderError } from 'commander'
import * as z from 'zod'
import { type CommandOutput, exitCodes } from './terminal/cli-error.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const packageSchema = z.object({ version: z.string() })

/** @returns text such as `postmaster 0.1.0 (b594bbcb)`, without the commit if this is not a clone */
const versionText = (): string => {
  const { version } = packageSchema.parse(JSON.parse(readFileSync(`${root}package.json`, 'utf8')))
  const commit = commitOf()
  return `postmaster ${version}${commit === '' ? '' : ` (${commit})`}`
}

const commitOf = (): string => {
  // Without this check, git would look for a repository in the folders above.
  if (!existsSync(`${root}.git`)) return ''
  const { status, stdout } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : ''
}

/** Adds `--version`, which reads the version only if the option is given. */
export const withVersion = (program: Command, { out }: CommandOutput): Command =>
  program.option('--version', 'print the version').on('option:version', () => {
    const version = versionText()
    out(version)
    throw new CommanderError(exitCodes.done, 'commander.version', version)
  })
