import type * as z from 'zod'
import { DataKeyError, type DataKeys, type EncryptionContext } from '../secrets/data-keys.ts'
import { openText, sealText } from '../secrets/sealed-text.ts'
import { longestSealedSession } from './session-limits.ts'

/** A cookie's content, and the function that seals its successor under the same data key. The caller disposes of it. */
export interface OpenedCookie<Content> extends Disposable {
  readonly content: Content
  readonly reseal: (successor: Content) => string
}

/** In bytes: the length of the wrapped data key, at the beginning of a sealed cookie. */
const lengthBytes = 2

/**
 * Encrypts the cookies of one kind: AES-256-GCM under a data key of each cookie's own, which KMS wraps for an encryption
 * context. Neither a browser nor anything that reads its cookies has a token that the issuer accepts. A cookie of one
 * kind cannot be opened as another.
 */
export class CookieCipher<Content> {
  readonly #keys: DataKeys
  readonly #kind: string
  readonly #schema: z.ZodType<Content>

  constructor(keys: DataKeys, kind: 'sign-in' | 'session', schema: z.ZodType<Content>) {
    this.#keys = keys
    this.#kind = kind
    this.#schema = schema
  }

  /** @throws DataKeyError if KMS does not return a key */
  async seal(content: Content): Promise<string> {
    const { plaintext, wrapped } = await this.#keys.generate(this.#context())
    try {
      return this.#sealed(content, plaintext, Buffer.from(wrapped, 'base64'))
    } finally {
      plaintext.fill(0)
    }
  }

  /**
   * @returns undefined if this deployment has not sealed the text as a cookie of this kind, or if the text was changed
   * @throws DataKeyError if KMS does not return the key
   */
  async open(text: string): Promise<OpenedCookie<Content> | undefined> {
    // No cookie of ours is longer, and KMS answers a ciphertext that is too long as if we had sent a malformed request.
    if (text.length > longestSealedSession) return undefined
    const bytes = Buffer.from(text, 'base64url')
    const end = bytes.length < lengthBytes ? 0 : lengthBytes + bytes.readUInt16BE()
    if (end <= lengthBytes || end >= bytes.length) return undefined
    const wrapped = bytes.subarray(lengthBytes, end)
    const key = await this.#unwrapped(wrapped)
    const content = key && this.#contentIn(bytes.subarray(end), key)
    if (key === undefined || content === undefined) return undefined
    return {
      content,
      reseal: (successor) => this.#sealed(successor, key, wrapped),
      [Symbol.dispose]: () => void key.fill(0),
    }
  }

  async #unwrapped(wrapped: Buffer): Promise<Buffer | undefined> {
    try {
      return await this.#keys.unwrap(wrapped.toString('base64'), this.#context())
    } catch (error) {
      if (error instanceof DataKeyError && error.failure === 'mismatch') return undefined
      throw error
    }
  }

  /** The function's permission on the encryption key names this context key (cdk/keys/encryption-key.ts). */
  #context(): EncryptionContext {
    return { 'postmaster:session': this.#kind }
  }

  #sealed(content: Content, key: Buffer, wrapped: Buffer): string {
    const length = Buffer.alloc(lengthBytes)
    length.writeUInt16BE(wrapped.length)
    return Buffer.concat([length, wrapped, sealText(JSON.stringify(content), key, this.#kind)]).toString('base64url')
  }

  #contentIn(bytes: Buffer, key: Buffer): Content | undefined {
    try {
      return this.#schema.parse(JSON.parse(openText(bytes, key, this.#kind)))
    } catch {
      key.fill(0)
      return undefined
    }
  }
}
