import { createCipheriv, randomBytes } from 'node:crypto'

/** The secret part of a grant. An app-only grant does not have a refresh token. */
export interface Tokens {
  readonly accessToken: string
  readonly refreshToken?: string | undefined
}

/** The encrypted tokens, as stored in a grant's row. */
export interface SealedTokens {
  /** Base64 of nonce, ciphertext and tag. */
  readonly sealed: string
  /** The data key that encrypts the tokens, wrapped by KMS. */
  readonly dataKey: string
}

export const algorithm = 'aes-256-gcm'
/**
 * NIST SP 800-38D section 8.2.2: 96 random bits. One data key serves one grant. Its refreshes, one an hour, never come
 * near the 2^32 encryptions that section 8.3 allows.
 */
export const nonceBytes = 12
export const tagBytes = 16

/** Prevents decryption of a row that was copied to another account. */
export const boundTo = (grantKey: string): Buffer => Buffer.from(JSON.stringify([grantKey]))

/**
 * Encrypts one grant's tokens with a data key in memory, without further calls. Disposing of the sealer erases the key.
 */
export class TokenSealer implements Disposable {
  readonly #grantKey: string
  readonly #wrapped: string
  #key: Buffer | undefined

  constructor(grantKey: string, key: Buffer, wrapped: string) {
    this.#grantKey = grantKey
    this.#key = key
    this.#wrapped = wrapped
  }

  seal(tokens: Tokens): SealedTokens {
    if (!this.#key) throw new Error('The data key has been overwritten')
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv(algorithm, this.#key, nonce)
    cipher.setAAD(boundTo(this.#grantKey))
    const text = Buffer.concat([cipher.update(JSON.stringify(tokens)), cipher.final()])
    return { sealed: Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64'), dataKey: this.#wrapped }
  }

  [Symbol.dispose](): void {
    this.#key?.fill(0)
    this.#key = undefined
  }
}
