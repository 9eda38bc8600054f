import { createHmac, randomBytes } from 'node:crypto'

/** The credentials of an AWS client. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** A run has about twenty callers. Any other entries come from wrong guesses. */
const keptCredentials = 200

/**
 * The access keys of one run. Each caller has its own secret, derived from a random key that exists only in the memory
 * of this process. Therefore a function cannot sign as another function, and no secret outlives the run.
 */
export class AccessKeys {
  readonly #runKey = randomBytes(32)
  readonly #kept = new Map<string, Credentials>()

  credentials(accessKeyId: string): Credentials {
    const kept = this.#kept.get(accessKeyId)
    if (kept !== undefined) return kept
    const secretAccessKey = createHmac('sha256', this.#runKey).update(accessKeyId).digest('base64url')
    const credentials = { accessKeyId, secretAccessKey }
    if (this.#kept.size >= keptCredentials) this.#kept.clear()
    this.#kept.set(accessKeyId, credentials)
    return credentials
  }
}
