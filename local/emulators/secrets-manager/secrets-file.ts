import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type LocalError, systemCode, unusableData } from '../../common/errors.ts'
import { replacePrivateFile } from '../../common/private-file.ts'
import { type Secret, SecretsError, secretsFileSchema } from './secret.ts'

/**
 * Stores every secret, unencrypted, in one JSON file that only its owner can read. The file is always replaced as a
 * whole, never written in place.
 */
export class SecretsFile {
  readonly #path: string
  readonly #arnPrefix: string
  readonly #now: () => number
  readonly #secrets = new Map<string, Secret>()
  #writing: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(path: string, arnPrefix: string, now: () => number) {
    this.#path = path
    this.#arnPrefix = arnPrefix
    this.#now = now
    let text: string
    try {
      text = readFileSync(path, 'utf8')
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return
      throw damaged(path, error)
    }
    try {
      for (const secret of secretsFileSchema.parse(JSON.parse(text)).secrets) this.#secrets.set(secret.name, secret)
    } catch (error) {
      throw damaged(path, error)
    }
  }

  /** Finds a secret by its name, its ARN, or its ARN without the random suffix. */
  find(secretId: string): Secret | undefined {
    const secret = this.#byId(secretId)
    if (secret?.deletionAt === undefined || secret.deletionAt > this.#now()) return secret
    this.#secrets.delete(secret.name)
    return undefined
  }

  #byId(secretId: string): Secret | undefined {
    if (!secretId.startsWith('arn:')) return this.#secrets.get(secretId)
    if (!secretId.startsWith(this.#arnPrefix)) return undefined
    const name = secretId.slice(this.#arnPrefix.length)
    const whole = this.#secrets.get(name)
    if (whole !== undefined) return whole
    // The suffix is a hyphen and six characters.
    const bare = this.#secrets.get(name.slice(0, -7))
    return bare?.arn === secretId ? bare : undefined
  }

  get(secretId: string): Secret {
    const secret = this.find(secretId)
    if (secret === undefined) {
      throw new SecretsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
    }
    return secret
  }

  all(): Secret[] {
    return [...this.#secrets.keys()].map((name) => this.find(name)).filter((secret) => secret !== undefined)
  }

  add(name: string): Secret {
    const now = this.#now()
    const suffix = randomBytes(6).toString('base64url').replace(/[-_]/g, 'x').slice(0, 6)
    const secret: Secret = {
      name,
      arn: `${this.#arnPrefix}${name}-${suffix}`,
      tags: {},
      createdAt: now,
      changedAt: now,
      versions: [],
    }
    this.#secrets.set(name, secret)
    return secret
  }

  remove(secret: Secret): void {
    this.#secrets.delete(secret.name)
  }

  /** Resolves when all changes so far are in the file. Changes made during a write are combined into the next write. */
  async save(): Promise<void> {
    if (this.#writing === undefined) {
      this.#writing = this.#write().finally(() => {
        this.#writing = undefined
      })
      return this.#writing
    }
    this.#next ??= this.#writing
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined
        return this.save()
      })
    return this.#next
  }

  async #write(): Promise<void> {
    await replacePrivateFile(this.#path, JSON.stringify({ format: 1, secrets: [...this.#secrets.values()] }))
  }
}

const damaged = (path: string, cause: unknown): LocalError =>
  unusableData(
    `${path} is corrupted and cannot be read. Restore it, move it out of the way, or choose another folder with --data DIR.`,
    cause,
  )
