import { DecryptCommand, GenerateDataKeyCommand, type KMSClient, KMSServiceException } from '@aws-sdk/client-kms'
import { ownMember } from '../text/names.ts'
import { type DataKey, DataKeyError, type DataKeyFailure, type DataKeys, type EncryptionContext } from './data-keys.ts'

/** Creates and unwraps data keys with one KMS key. No other file uses KMS. */
export class KmsDataKeys implements DataKeys {
  readonly #client: KMSClient
  readonly #keyArn: string

  constructor(client: KMSClient, keyArn: string) {
    this.#client = client
    this.#keyArn = keyArn
  }

  async generate(context: EncryptionContext): Promise<DataKey> {
    const command = new GenerateDataKeyCommand({
      KeyId: this.#keyArn,
      KeySpec: 'AES_256',
      EncryptionContext: { ...context },
    })
    const { Plaintext, CiphertextBlob } = await answered(this.#client.send(command))
    return { plaintext: bufferOf(Plaintext), wrapped: bufferOf(CiphertextBlob).toString('base64') }
  }

  async unwrap(wrapped: string, context: EncryptionContext): Promise<Buffer> {
    const command = new DecryptCommand({
      // With the key id, KMS refuses data keys that another key has wrapped.
      KeyId: this.#keyArn,
      CiphertextBlob: Buffer.from(wrapped, 'base64'),
      EncryptionContext: { ...context },
    })
    return bufferOf((await answered(this.#client.send(command))).Plaintext)
  }
}

/** Keyed by the name of KMS's error. The SDK has no classes for some of them. */
const failures: Readonly<Record<string, DataKeyFailure>> = {
  AccessDeniedException: 'refused',
  DisabledException: 'disabled',
  // For example, while a key is scheduled for deletion.
  KMSInvalidStateException: 'disabled',
  NotFoundException: 'missing',
  InvalidCiphertextException: 'mismatch',
  IncorrectKeyException: 'mismatch',
  KeyUnavailableException: 'unavailable',
  LimitExceededException: 'unavailable',
  ThrottlingException: 'unavailable',
}

const answered = async <T>(answer: Promise<T>): Promise<T> => {
  try {
    return await answer
  } catch (error) {
    // A timeout or a lost connection is not a response from KMS.
    const failure =
      error instanceof KMSServiceException && error.$fault === 'client'
        ? ownMember(failures, error.name)
        : 'unavailable'
    // Any other error is a defect in our own code, such as a malformed request.
    throw failure === undefined ? error : new DataKeyError(failure)
  }
}

/** Shares memory with the response, so that overwriting one overwrites both. */
const bufferOf = (bytes: Uint8Array | undefined): Buffer => {
  if (bytes === undefined) throw new Error('The response of KMS does not contain a key')
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
