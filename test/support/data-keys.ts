import { randomBytes } from 'node:crypto'
import {
  type DataKey,
  DataKeyError,
  type DataKeyFailure,
  type DataKeys,
  type EncryptionContext,
} from '../../lib/secrets/data-keys.ts'
import { decrypt, encrypt } from '../../local/emulators/kms/ciphertext.ts'

/** Data keys under a key in memory. Like KMS, it binds them to their context. */
export class MemoryDataKeys implements DataKeys {
  /** Replaces the key. Existing data keys can then no longer be unwrapped. */
  material: Buffer
  /** If set, every call fails with this error. */
  failure: DataKeyFailure | undefined
  readonly calls: { readonly operation: 'generate' | 'unwrap'; readonly context: EncryptionContext }[] = []
  /** Every returned plaintext, as the same memory and not as a copy. */
  readonly handedOut: Buffer[] = []

  constructor(material: Buffer = randomBytes(32)) {
    this.material = material
  }

  async generate(context: EncryptionContext): Promise<DataKey> {
    this.#called('generate', context)
    const plaintext = randomBytes(32)
    this.handedOut.push(plaintext)
    return { plaintext, wrapped: encrypt('memory', this.material, plaintext, context).toString('base64') }
  }

  async unwrap(wrapped: string, context: EncryptionContext): Promise<Buffer> {
    this.#called('unwrap', context)
    const plaintext = decrypt(Buffer.from(wrapped, 'base64'), this.material, context)
    if (!plaintext) throw new DataKeyError('mismatch')
    this.handedOut.push(plaintext)
    return plaintext
  }

  #called(operation: 'generate' | 'unwrap', context: EncryptionContext): void {
    this.calls.push({ operation, context })
    if (this.failure !== undefined) throw new DataKeyError(this.failure)
  }
}
