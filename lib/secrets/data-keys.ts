/** The encryption context of a data key. KMS unwraps the key only for a caller that names the same context. */
export type EncryptionContext = Readonly<Record<string, string>>

export interface DataKey {
  /** 256 bits. The caller overwrites them once they are no longer needed. */
  readonly plaintext: Buffer
  /** The key as it may be stored, encrypted: base64. */
  readonly wrapped: string
}

/** Keys that encrypt data. Each of them is encrypted under a key that never leaves its service. */
export interface DataKeys {
  /** @throws DataKeyError */
  generate(context: EncryptionContext): Promise<DataKey>
  /**
   * @returns the plaintext of a wrapped key; the caller overwrites it once it is no longer needed
   * @throws DataKeyError
   */
  unwrap(wrapped: string, context: EncryptionContext): Promise<Buffer>
}

/**
 * - `unavailable`: the service is throttled, down, or not reached; the same call may work later.
 * - `disabled`: the key is disabled, or waits for its deletion.
 * - `missing`: the key does not exist.
 * - `refused`: the caller may not use the key in this way.
 * - `mismatch`: the wrapped key was made with another key, for another context, or was changed.
 */
export type DataKeyFailure = 'unavailable' | 'disabled' | 'missing' | 'refused' | 'mismatch'

/** Does not contain anything from the service's own error. */
export class DataKeyError extends Error {
  override readonly name = 'DataKeyError'
  readonly failure: DataKeyFailure

  constructor(failure: DataKeyFailure) {
    super(`A data key is not available: ${failure}`)
    this.failure = failure
  }
}
