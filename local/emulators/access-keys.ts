import { createHmac, randomBytes } from 'node:crypto'

/** Everything that an AWS client needs beside an endpoint. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/**
 * The access keys of one run. Each caller has a secret of its own, derived from a random key that exists only in the memory
 * of this process: a function cannot sign as another function, and no secret outlives the run.
 */
export class AccessKeys {
  readonly #runKey = randomBytes(32)

  credentials(accessKeyId: string): Credentials {
    const secretAccessKey = createHmac('sha256', this.#runKey).update(accessKeyId).digest('base64url')
    return { accessKeyId, secretAccessKey }
  }
}
