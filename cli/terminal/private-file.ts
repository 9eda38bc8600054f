import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CliError, exitCodes } from './cli-error.ts'

/**
 * Writes a file that, from its first byte, only its owner can read. When the text is complete, one step replaces an
 * existing file of this name: a process that has the old file open does not see the new text, and symbolic links are
 * not followed. Devices and pipes are written to directly.
 * @throws CliError if the file cannot be created
 */
export const writePrivately = async (file: string, source: Readable): Promise<void> => {
  const kind = await stat(file).catch(() => undefined)
  if (kind?.isDirectory()) throw new CliError(`${file} is a folder. Choose a file name.`, exitCodes.usage)
  if (kind && !kind.isFile()) return await pipeline(source, createWriteStream(file))
  const unfinished = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await open(unfinished, 'wx', 0o600).catch(() => {
    throw new CliError(`${file} cannot be written.`, exitCodes.usage)
  })
  try {
    // The umask can remove permissions that the owner needs.
    await handle.chmod(0o600)
    await pipeline(source, handle.createWriteStream())
    await rename(unfinished, file)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}
