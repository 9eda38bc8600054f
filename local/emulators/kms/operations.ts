import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { AwsError, type Operations } from '../signed-calls/serve-json-service.ts'
import { decrypt, encrypt, keyIdOf } from './ciphertext.ts'
import { type KeysFile, keyBytes } from './keys-file.ts'

/** KMS allows 8,192 characters for the whole context. Its ciphertexts have at most 6,144 bytes. */
const context = z
  .record(z.string().min(1), z.string())
  .refine((pairs) => JSON.stringify(pairs).length <= 8192)
  .default({})
const keyId = z.string().min(1).max(2048)

/** The input of each supported operation. Other members are refused instead of ignored. */
export const inputs = {
  GenerateDataKey: z.strictObject({
    KeyId: keyId,
    KeySpec: z.enum(['AES_128', 'AES_256']),
    EncryptionContext: context,
  }),
  Decrypt: z.strictObject({
    KeyId: keyId.optional(),
    CiphertextBlob: z
      .base64()
      .min(1)
      .transform((text) => Buffer.from(text, 'base64'))
      .refine((bytes) => bytes.length <= 6144),
    EncryptionContext: context,
  }),
}

/** The KMS operations on the keys in the file. `arnPrefix` is a key's ARN without the id. */
export const kmsOperations = (file: KeysFile, arnPrefix: string): Operations<typeof inputs> => {
  const keyOf = (idOrArn: string): { keyId: string; material: Buffer } => {
    const keyId = idOrArn.startsWith(arnPrefix) ? idOrArn.slice(arnPrefix.length) : idOrArn
    const material = file.find(keyId)
    if (material === undefined) throw new AwsError('NotFoundException', 'The key does not exist.')
    return { keyId, material }
  }
  return {
    GenerateDataKey: ({ KeyId, KeySpec, EncryptionContext }) => {
      const { keyId, material } = keyOf(KeyId)
      const key = randomBytes(KeySpec === 'AES_256' ? keyBytes : keyBytes / 2)
      return {
        KeyId: arnPrefix + keyId,
        Plaintext: key.toString('base64'),
        CiphertextBlob: encrypt(keyId, material, key, EncryptionContext).toString('base64'),
      }
    },
    Decrypt: ({ KeyId, CiphertextBlob, EncryptionContext }) => {
      const wrappedWith = keyIdOf(CiphertextBlob)
      if (wrappedWith === undefined)
        throw new AwsError('InvalidCiphertextException', 'The ciphertext was not created by this KMS.')
      const { keyId, material } = keyOf(KeyId ?? wrappedWith)
      if (keyId !== wrappedWith)
        throw new AwsError('IncorrectKeyException', 'The ciphertext was encrypted with another key.')
      const plaintext = decrypt(CiphertextBlob, material, EncryptionContext)
      if (plaintext === undefined)
        throw new AwsError('InvalidCiphertextException', 'The ciphertext or its encryption context is wrong.')
      return {
        KeyId: arnPrefix + keyId,
        Plaintext: plaintext.toString('base64'),
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      }
    },
  }
}
