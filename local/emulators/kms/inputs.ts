import * as z from 'zod'

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

export type OperationName = keyof typeof inputs
export type Input<N extends OperationName> = z.output<(typeof inputs)[N]>
export type EncryptionContext = z.output<typeof context>
