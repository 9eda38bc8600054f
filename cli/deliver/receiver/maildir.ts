import { createReadStream, createWriteStream } from 'node:fs'
import { access, mkdir, opendir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { syncPath } from '../host/sync-path.ts'
import { isSystemError } from '../host/system-error.ts'
import { failed, type Parcel, type Receiver, type Verdict } from './receiver.ts'

/** The folders of a Maildir: unfinished mail, mail that no one has seen, and other mail. */
const folders = ['tmp', 'new', 'cur'] as const

/**
 * Puts mail into a Maildir. Each file is named after its delivery, so a repeat finds the file and does not write
 * another one, unless a person asked for the mail again. The umask decides whether the group can read the file. Other
 * users cannot.
 */
export class MaildirReceiver implements Receiver {
  readonly repeatable = true
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async deliver({ leased, file }: Parcel): Promise<Verdict> {
    const { deliveryId, replays } = leased
    const name = replays === 0 ? deliveryId : `${deliveryId}.replay${replays}`
    try {
      if (await this.#has(name)) return { result: 'delivered', note: 'it was already in the Maildir' }
      await this.#write(name, file)
      return { result: 'delivered' }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
      if (code === undefined) throw error
      return failed({
        scope: 'destination',
        permanent: false,
        inDoubt: false,
        code: isSystemError(error, 'ENOSPC', 'EDQUOT') ? 'disk-full' : 'maildir-not-writable',
        detail: `The mail cannot be written to the Maildir: ${code}.`,
        remedy: 'Make room on the disk, and let the agent’s user write to the Maildir.',
      })
    }
  }

  async #has(name: string): Promise<boolean> {
    if (await exists(join(this.#folder, 'new', name))) return true
    const seen = await opendir(join(this.#folder, 'cur')).catch(undefinedIfMissing)
    // A reader appends flags to the name: `name:2,S`.
    if (seen) for await (const entry of seen) if (entry.name === name || entry.name.startsWith(`${name}:`)) return true
    return false
  }

  async #write(name: string, file: string): Promise<void> {
    for (const folder of folders) await mkdir(join(this.#folder, folder), { recursive: true, mode: 0o770 })
    const [unfinished, finished] = [join(this.#folder, 'tmp', name), join(this.#folder, 'new', name)]
    await rm(unfinished, { force: true })
    await pipeline(createReadStream(file), createWriteStream(unfinished, { flags: 'wx', mode: 0o660 }))
    await syncPath(unfinished)
    await rename(unfinished, finished)
    await syncPath(join(this.#folder, 'new'))
  }
}

const exists = async (file: string): Promise<boolean> =>
  (await access(file).then(() => true, undefinedIfMissing)) ?? false

const undefinedIfMissing = (error: unknown): undefined => {
  if (!isSystemError(error, 'ENOENT')) throw error
}
