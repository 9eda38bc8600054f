import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { messageOf } from './common/errors.ts'
import type { LocalStack } from './local-stack.ts'

/**
 * Writes where this run is, so that the command line finds its address and its token from any folder. The note is removed
 * when the process exits. The command line ignores the note of a process that was killed.
 */
export const noteRun = (local: Pick<LocalStack, 'apiUrl' | 'dataFolder'>, say: (text: string) => void): void => {
  const file = noteFile(new URL(local.apiUrl).port)
  try {
    writeNote(file, local)
    process.on('exit', () => removeNote(file))
  } catch (error) {
    say(
      `The command line finds this run only with --url and --token-file: ${file} cannot be written (${messageOf(error)}).`,
    )
  }
}

const writeNote = (file: string, { apiUrl, dataFolder }: Pick<LocalStack, 'apiUrl' | 'dataFolder'>): void => {
  const unfinished = `${file}.${process.pid}`
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(unfinished, `${JSON.stringify({ url: apiUrl, dataFolder, pid: process.pid })}\n`, { mode: 0o600 })
  renameSync(unfinished, file)
}

/** In the user's configuration folder (XDG Base Directory Specification), as the command line looks for it. */
const noteFile = (port: string): string => {
  const { XDG_CONFIG_HOME = '', APPDATA = '' } = process.env
  const windows = process.platform === 'win32' && APPDATA !== ''
  const config = isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : windows ? APPDATA : join(homedir(), '.config')
  return join(config, 'postmaster', 'local-runs', `${port}.json`)
}

/** Another run may have taken the port since. */
const removeNote = (file: string): void => {
  try {
    if (JSON.parse(readFileSync(file, 'utf8')).pid === process.pid) rmSync(file)
  } catch {
    // The note has already been removed.
  }
}
