import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { LocalError, messageOf, systemCode, unusableData } from './common/errors.ts'

export interface DataFolder {
  readonly path: string
  readonly logs: string
  /** Emptied at each start. */
  readonly temporary: string
  /** Replaces the file, which only its owner can read. Without a token, removes the old file. */
  writeToken(name: string, token: string | undefined): void
  /** Releases the folder, and removes it if it is temporary. */
  release(): void
}

/**
 * The format of the rows in the folder. Increase it when rows that an earlier version wrote can no longer be read, so
 * that the run refuses their folder instead of failing on single rows. Increase it as well when an existing table gets
 * another index, which the local run cannot add. The rows of format 4 are those of format 6.
 */
export const dataFormat = 6

/** The mode bits that give users other than the owner access to a file. */
const othersBits = 0o077

/**
 * Creates the folder if necessary, opens it, and locks it for this process. Without a name, it creates a temporary
 * folder. The folder contains unencrypted tokens, passwords and mail, so only its owner can read it and the files that
 * this process writes later.
 */
export const openDataFolder = (folder: string | undefined): DataFolder => {
  const path = folder === undefined ? mkdtempSync(join(tmpdir(), 'postmaster-local-')) : resolve(folder)
  const logs = join(path, 'logs')
  const temporary = join(path, 'tmp')
  try {
    makeFolder(path)
    if (!statSync(path).isDirectory()) throw Object.assign(new Error('a file'), { code: 'ENOTDIR' })
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
    closeToOthers(path)
  } catch (error) {
    throw error instanceof LocalError ? error : notWritable(path, error)
  }
  const lock = takeLock(path)
  try {
    checkFormat(path)
    rmSync(temporary, { recursive: true, force: true })
    for (const name of ['tmp', 'logs', 'dynamodb', 'messaging', 's3']) mkdirSync(join(path, name), { recursive: true })
  } catch (error) {
    lock.close()
    throw error instanceof LocalError ? error : notWritable(path, error)
  }
  return {
    path,
    logs,
    temporary,
    writeToken: (name, token) => {
      rmSync(join(path, name), { force: true })
      if (token !== undefined) writeFileSync(join(path, name), `${token}\n`, { mode: 0o600 })
    },
    release: () => {
      lock.close()
      rmSync(folder === undefined ? path : temporary, { recursive: true, force: true })
    },
  }
}

/** Refuses a folder with data in another format. Marks a new folder with the current one. */
const checkFormat = (path: string): void => {
  const file = join(path, 'format')
  const found = existsSync(file) ? readFileSync(file, 'utf8').trim() : existsSync(join(path, 'dynamodb')) ? '1' : ''
  if (found === '') writeFileSync(file, `${dataFormat}\n`, { mode: 0o600 })
  else if (found !== `${dataFormat}`) {
    throw unusableData(
      `${path} contains data of another version of Postmaster (format ${found} instead of ${dataFormat}). Delete it to start empty, or choose another folder with --data DIR.`,
    )
  }
}

/** Restricts the folder to its owner, and also removes wider permissions from the files in it. */
const closeToOthers = (path: string): void => {
  // The emulators' packages do not set modes for their files.
  process.umask(othersBits)
  // Windows does not have modes. There, only the user has access to folders in the user's profile.
  if (process.platform === 'win32') return
  const { mode, uid } = statSync(path)
  if (uid !== process.geteuid?.()) {
    throw unusableData(
      `${path} belongs to another user, who could read the passwords in it. Choose another folder with --data DIR.`,
    )
  }
  if ((mode & othersBits) === 0) return
  chmodSync(path, mode & ~othersBits)
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    if (entry.isFile() || entry.isDirectory()) chmodSync(file, statSync(file).mode & ~othersBits)
  }
}

/** Node's own recursive option never returns if the system does not allow a folder at that path (in /proc). */
const makeFolder = (path: string): void => {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

/**
 * SQLite's exclusive lock belongs to the operating system. It ends with the process, even after a crash, so a stale
 * lock is not possible. The process id beside it is only for the error message.
 */
const takeLock = (path: string): DatabaseSync => {
  const file = join(path, 'lock')
  const note = join(path, 'lock.pid')
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(file, { timeout: 0 })
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    writeFileSync(note, String(process.pid), { mode: 0o600 })
    return lock
  } catch (error) {
    lock?.close()
    if (messageOf(error).includes('locked')) throw inUse(path, note)
    if (messageOf(error).includes('not a database')) {
      throw unusableData(
        `${file} is corrupted. Delete it if no other run uses ${path}, or choose another folder with --data DIR.`,
        error,
      )
    }
    throw notWritable(path, error)
  }
}

const inUse = (path: string, note: string): LocalError => {
  let holder = 'another local run'
  try {
    holder = `another local run (process ${readFileSync(note, 'utf8').trim()})`
  } catch {
    // The file is written a moment after the lock is taken.
  }
  return unusableData(`${path} is in use by ${holder}. Stop that run, or choose another folder with --data DIR.`)
}

const notWritable = (path: string, error: unknown): LocalError => {
  const code = systemCode(error)
  const reason = code === 'ENOTDIR' || code === 'EEXIST' ? 'is not a folder' : 'is not writable'
  return unusableData(`${path} ${reason} (${code ?? messageOf(error)}). Choose another folder with --data DIR.`, error)
}
