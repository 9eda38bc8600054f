import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { type LocalError, systemCode, unusableData } from '../../common/errors.ts'
import { replacePrivateFile } from '../../common/private-file.ts'

/** AES-256, like every symmetric KMS key. */
export const keyBytes = 32

const fileSchema = z.object({
  format: z.literal(1),
  keys: z.array(
    z.object({
      keyId: z.string(),
      material: z.base64().transform((text) => Buffer.from(text, 'base64')),
    }),
  ),
})

/** The unencrypted material of every key, by key id, in one JSON file that only its owner can read. */
export class KeysFile {
  readonly #path: string
  readonly #keys = new Map<string, Buffer>()

  /** @throws LocalError if the file exists but cannot be read */
  constructor(path: string) {
    this.#path = path
    try {
      const { keys } = fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
      for (const { keyId, material } of keys) this.#keys.set(keyId, material)
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw damaged(path, error)
    }
  }

  find(keyId: string): Buffer | undefined {
    return this.#keys.get(keyId)
  }

  /** Creates the key unless it exists. */
  async ensure(keyId: string): Promise<void> {
    if (this.#keys.has(keyId)) return
    this.#keys.set(keyId, randomBytes(keyBytes))
    const keys = [...this.#keys].map(([id, material]) => ({ keyId: id, material: material.toString('base64') }))
    await replacePrivateFile(this.#path, JSON.stringify({ format: 1, keys }))
  }
}

const damaged = (path: string, cause: unknown): LocalError =>
  unusableData(
    `${path} is corrupted and cannot be read. Restore it, or move it out of the way and connect the OAuth2 accounts again.`,
    cause,
  )
