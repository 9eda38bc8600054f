import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import * as z from 'zod'

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** The key id comes first, so that Decrypt can find the key without a parameter, as in KMS. */
const blobSchema = z.object({ keyId: z.string(), sealed: z.base64().transform((text) => Buffer.from(text, 'base64')) })

/** Encrypts with a key. The context is authenticated: decryption requires the same pairs, in any order. */
export const encrypt = (
  keyId: string,
  material: Buffer,
  plaintext: Buffer,
  context: Readonly<Record<string, string>>,
): Buffer => {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, material, nonce)
  cipher.setAAD(bound(keyId, context))
  const text = Buffer.concat([cipher.update(plaintext), cipher.final()])
  const sealed = Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64')
  return Buffer.from(JSON.stringify({ keyId, sealed }))
}

/** @returns undefined if `encrypt` did not create the blob */
export const keyIdOf = (blob: Buffer): string | undefined => parsed(blob)?.keyId

/** @returns undefined if the key or the context differs from the one used for encryption, or if the blob was changed */
export const decrypt = (
  blob: Buffer,
  material: Buffer,
  context: Readonly<Record<string, string>>,
): Buffer | undefined => {
  const { keyId, sealed } = parsed(blob) ?? {}
  if (keyId === undefined || sealed === undefined || sealed.length < nonceBytes + tagBytes) return undefined
  const decipher = createDecipheriv(algorithm, material, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(bound(keyId, context))
  decipher.setAuthTag(sealed.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()])
  } catch {
    return undefined
  }
}

const bound = (keyId: string, context: Readonly<Record<string, string>>): Buffer =>
  Buffer.from(JSON.stringify([keyId, Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))]))

const parsed = (blob: Buffer): z.infer<typeof blobSchema> | undefined => {
  try {
    return blobSchema.safeParse(JSON.parse(blob.toString())).data
  } catch {
    return undefined
  }
}
