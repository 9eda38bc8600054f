import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const algorithm = 'aes-256-gcm'
/**
 * NIST SP 800-38D section 8.2.2: 96 random bits. One data key serves one grant or one session. Its refreshes, a few an
 * hour, never come near the 2^32 encryptions that section 8.3 allows.
 */
const nonceBytes = 12
const tagBytes = 16

/**
 * Encrypts a text with a data key.
 * @param boundTo authenticated data, without which the text cannot be decrypted
 * @returns nonce, ciphertext and tag
 */
export const sealText = (text: string, key: Buffer, boundTo: string): Buffer => {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce)
  cipher.setAAD(Buffer.from(boundTo))
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()])
}

/** @throws Error if the key or the authenticated data differs from the one used for encryption, or if the bytes changed */
export const openText = (bytes: Buffer, key: Buffer, boundTo: string): string => {
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(boundTo))
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes))
  return Buffer.concat([text, decipher.final()]).toString('utf8')
}
