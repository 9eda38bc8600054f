import { randomBytes } from 'node:crypto'
import { CachedTokenKeys } from '../../lib/secrets/token-keys.ts'

export const randomKeyMaterial = (): string => randomBytes(48).toString('base64url')

/** Keys as the secret of a fresh deployment holds them. */
export const someTokenKeys = (): CachedTokenKeys => {
  const text = JSON.stringify({ current: '1', 1: randomKeyMaterial() })
  return new CachedTokenKeys(async () => text)
}
