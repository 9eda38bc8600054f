import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import * as z from 'zod'
import type { TokenKeyMaterial, TokenKeys } from '../../secrets/token-keys.ts'
import { oauth2Findings } from '../findings/oauth2-findings.ts'
import { OAuth2Error, type OAuth2Finding } from '../oauth2-error.ts'

const tokensSchema = z.strictObject({ accessToken: z.string().min(1), refreshToken: z.string().min(1).optional() })
/** What is secret of a grant. No refresh token: an application lets itself in. */
export type Tokens = z.infer<typeof tokensSchema>

/** As a grant's row holds them. */
export interface SealedTokens {
  readonly sealed: string
  readonly keyId: string
}

const algorithm = 'aes-256-gcm'
const keyBytes = 32
/** NIST SP 800-38D section 8.2.2: 96 random bits. Each grant has a key of its own, so its 2^32 writes are never reached. */
const nonceBytes = 12
const tagBytes = 16

/** Encrypts the tokens of one grant: AES-256-GCM under a key that HKDF-SHA256 makes for it; base64 of nonce, ciphertext and tag. */
export class TokenCipher {
  readonly #keys: TokenKeys

  constructor(keys: TokenKeys) {
    this.#keys = keys
  }

  /**
   * Has the current key at hand, so that nothing can go wrong any more once there is something to seal: a provider gives rotated tokens
   * only once.
   */
  async sealerFor(grantKey: string): Promise<(tokens: Tokens) => SealedTokens> {
    const key = await this.#keys.current()
    return (tokens) => ({ sealed: sealedWith(key, grantKey, tokens), keyId: key.keyId })
  }

  /** @throws OAuth2Error `tokens-unreadable`, `token-key-missing`; nothing in it comes from the content */
  async open(grantKey: string, { sealed, keyId }: SealedTokens): Promise<Tokens> {
    const key = await this.#keys.byId(keyId)
    if (!key) throw new OAuth2Error(keyMissing)
    try {
      return tokensSchema.parse(JSON.parse(opened(Buffer.from(sealed, 'base64'), key, grantKey)))
    } catch {
      throw new OAuth2Error(oauth2Findings['tokens-unreadable'])
    }
  }
}

const sealedWith = (key: TokenKeyMaterial, grantKey: string, tokens: Tokens): string => {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, derivedKey(key, grantKey), nonce)
  cipher.setAAD(boundTo(grantKey, key.keyId))
  const text = Buffer.concat([cipher.update(JSON.stringify(tokens)), cipher.final()])
  return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64')
}

const opened = (bytes: Buffer, key: TokenKeyMaterial, grantKey: string): string => {
  const decipher = createDecipheriv(algorithm, derivedKey(key, grantKey), bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(boundTo(grantKey, key.keyId))
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes))
  return Buffer.concat([text, decipher.final()]).toString('utf8')
}

/** A row copied to another account, or given another key id, does not open. */
const boundTo = (grantKey: string, keyId: string): Buffer => Buffer.from(JSON.stringify([grantKey, keyId]))

const derivedKey = ({ material }: TokenKeyMaterial, grantKey: string): Buffer =>
  Buffer.from(hkdfSync('sha256', material, '', `postmaster oauth2 tokens ${grantKey}`, keyBytes))

const keyMissing: OAuth2Finding = {
  code: 'token-key-missing',
  words: 'The key that the tokens are encrypted with is not in the secret of the token keys.',
  remedy: 'An operator puts the key back into the secret; if it is lost, connect the account again.',
  cure: 'change',
}
