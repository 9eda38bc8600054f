import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CliError, exitCodes } from './cli-error.ts'

/**
 * Writes a file that only its owner can read, from its first byte on. What is there under the name is replaced in one step once all is written:
 * nobody who has the old file open sees the new text, and a symbolic link is not followed. Devices and pipes are written to as they are.
 * @throws CliError if the file cannot be made
 */
export const writePrivately = async (file: string, source: Readable): Promise<void> => {
  const kind = await stat(file).catch(() => undefined)
  if (kind?.isDirectory()) throw new CliError(`${file} is a folder.`, exitCodes.usage)
  if (kind && !kind.isFile()) return await pipeline(source, createWriteStream(file))
  const unfinished = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await open(unfinished, 'wx', 0o600).catch(() => {
    throw new CliError(`${file} cannot be written.`, exitCodes.usage)
  })
  try {
    // A umask takes rights away that the owner needs.
    await handle.chmod(0o600)
    await pipeline(source, handle.createWriteStream())
    await rename(unfinished, file)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}
