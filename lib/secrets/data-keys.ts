/** The encryption context of a data key. KMS unwraps the key only for a caller that passes the same context. */
export type EncryptionContext = Readonly<Record<string, string>>

export interface DataKey {
  /** 256 bits. The caller overwrites the bits once they are no longer needed. */
  readonly plaintext: Buffer
  /** The encrypted key, which may be stored, in base64. */
  readonly wrapped: string
}

/** Keys that encrypt data. Each of them is encrypted with a key that never leaves its service. */
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
 * The reasons why a data key is not available:
 * - `unavailable`: the service is throttled, down or cannot be reached. The same call may succeed later.
 * - `disabled`: the key is disabled or scheduled for deletion.
 * - `missing`: the key does not exist.
 * - `refused`: the caller may not use the key in this way.
 * - `mismatch`: the wrapped key was created with another key or for another context, or it was changed.
 */
export type DataKeyFailure = 'unavailable' | 'disabled' | 'missing' | 'refused' | 'mismatch'

/** Contains nothing from the service's own error. */
export class DataKeyError extends Error {
  override readonly name = 'DataKeyError'
  readonly failure: DataKeyFailure

  constructor(failure: DataKeyFailure) {
    super(`A data key is not available: ${failure}`)
    this.failure = failure
  }
}
