import { createHash } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Leased } from '../../../lib/handover/agents/agent-protocol.ts'
import { isSystemError } from '../host/system-error.ts'
import type { Failure } from '../receiver/receiver.ts'

export type Staged = { readonly file: string } | { readonly failure: Failure }

/**
 * Writes a mail to a private file, and compares its size and hash with the lease, so that no command ever reads a
 * shortened or changed mail.
 */
export const stageMail = async (folder: string, leased: Leased, source: AsyncIterable<Uint8Array>): Promise<Staged> => {
  const file = join(folder, leased.deliveryId)
  const hash = createHash('sha256')
  let size = 0
  try {
    await rm(file, { force: true })
    const handle = await open(file, 'wx', 0o600)
    try {
      for await (const chunk of source) {
        size += chunk.length
        if (size > leased.size) break
        hash.update(chunk)
        await handle.writeFile(chunk)
      }
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    await rm(file, { force: true })
    return { failure: failureOf(error) }
  }
  if (size === leased.size && hash.digest('hex') === leased.sha256) return { file }
  await rm(file, { force: true })
  return {
    failure: {
      scope: 'message',
      permanent: false,
      inDoubt: false,
      code: 'mail-differs',
      detail: `The fetched mail differs from the announced one, which has ${leased.size} bytes.`,
      remedy: 'Check that no proxy changes or shortens downloads.',
    },
  }
}

const failureOf = (error: unknown): Failure => {
  const failure = { scope: 'destination', permanent: false, inDoubt: false } as const
  if (isSystemError(error, 'ENOSPC', 'EDQUOT'))
    return {
      ...failure,
      code: 'disk-full',
      detail: 'The mail does not fit on the disk of the state folder.',
      remedy: 'Make room on the disk.',
    }
  if (isSystemError(error, 'EACCES', 'EPERM', 'EROFS', 'ENOENT', 'EIO', 'EMFILE', 'ENFILE'))
    return {
      ...failure,
      code: 'state-not-writable',
      detail: `The mail cannot be written to the state folder: ${error.code}.`,
      remedy: 'Let the agent’s user write to the state folder.',
    }
  return {
    ...failure,
    code: 'download-failed',
    detail: 'The connection failed while the mail was fetched.',
    remedy: 'Check that the host can reach the storage of the deployment over HTTPS.',
  }
}
