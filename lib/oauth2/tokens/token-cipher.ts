import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import * as z from 'zod'
import { DataKeyError, type DataKeys } from '../../secrets/data-keys.ts'
import { findingOfDataKey, oauth2Finding } from '../findings/oauth2-findings.ts'
import { OAuth2Error } from '../oauth2-error.ts'

/** The secret part of a grant. An app-only grant does not have a refresh token. */
export interface Tokens {
  readonly accessToken: string
  readonly refreshToken?: string | undefined
}

/** The encrypted tokens, as stored in a grant's row. */
export interface SealedTokens {
  /** Base64 of nonce, ciphertext and tag. */
  readonly sealed: string
  /** The data key that encrypts the tokens, wrapped by KMS. */
  readonly dataKey: string
}

const algorithm = 'aes-256-gcm'
/**
 * NIST SP 800-38D section 8.2.2: 96 random bits. One data key serves one grant. Its refreshes, one an hour, never come
 * near the 2^32 encryptions that section 8.3 allows.
 */
const nonceBytes = 12
const tagBytes = 16

/** Prevents decryption of a row that was copied to another account. */
const boundTo = (grantKey: string): Buffer => Buffer.from(JSON.stringify([grantKey]))

/**
 * Encrypts one grant's tokens with a data key in memory, without further calls. Disposing of the sealer erases the key.
 */
export class TokenSealer implements Disposable {
  readonly #grantKey: string
  readonly #wrapped: string
  #key: Buffer | undefined

  constructor(grantKey: string, key: Buffer, wrapped: string) {
    this.#grantKey = grantKey
    this.#key = key
    this.#wrapped = wrapped
  }

  seal(tokens: Tokens): SealedTokens {
    if (!this.#key) throw new Error('The data key has been overwritten')
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv(algorithm, this.#key, nonce)
    cipher.setAAD(boundTo(this.#grantKey))
    const text = Buffer.concat([cipher.update(JSON.stringify(tokens)), cipher.final()])
    return { sealed: Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64'), dataKey: this.#wrapped }
  }

  [Symbol.dispose](): void {
    this.#key?.fill(0)
    this.#key = undefined
  }
}

const tokensSchema = z.strictObject({ accessToken: z.string().min(1), refreshToken: z.string().min(1).optional() })

/** A row's tokens, and the sealer for their successors under the same data key. The caller disposes of the sealer. */
export interface OpenedTokens {
  readonly tokens: Tokens
  readonly sealer: TokenSealer
}

/**
 * Encrypts the tokens of one grant: AES-256-GCM under a data key of that grant, which KMS wraps for the encryption
 * context of the account (or of the profile, for app-only tokens).
 */
export class TokenCipher {
  readonly #keys: DataKeys

  constructor(keys: DataKeys) {
    this.#keys = keys
  }

  /**
   * Generates a new data key. Callers do this before they request tokens that the provider issues only once.
   * @throws OAuth2Error if KMS does not return a key
   */
  async newSealer(grantKey: string): Promise<TokenSealer> {
    const { plaintext, wrapped } = await toldAsFinding(this.#keys.generate(encryptionContextOf(grantKey)))
    return new TokenSealer(grantKey, plaintext, wrapped)
  }

  /** @throws OAuth2Error `tokens-unreadable`, or a finding about the encryption key. It never contains token data. */
  async open(grantKey: string, { sealed, dataKey }: SealedTokens): Promise<OpenedTokens> {
    const key = await toldAsFinding(this.#keys.unwrap(dataKey, encryptionContextOf(grantKey)))
    try {
      const tokens = tokensSchema.parse(JSON.parse(opened(Buffer.from(sealed, 'base64'), key, grantKey)))
      return { tokens, sealer: new TokenSealer(grantKey, key, dataKey) }
    } catch {
      key.fill(0)
      throw new OAuth2Error(oauth2Finding('tokens-unreadable'))
    }
  }
}

const opened = (bytes: Buffer, key: Buffer, grantKey: string): string => {
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(boundTo(grantKey))
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes))
  return Buffer.concat([text, decipher.final()]).toString('utf8')
}

const toldAsFinding = async <T>(key: Promise<T>): Promise<T> => {
  try {
    return await key
  } catch (error) {
    throw error instanceof DataKeyError ? new OAuth2Error(findingOfDataKey(error.failure)) : error
  }
}

/**
 * The encryption context of a grant's tokens: `postmaster:account` or `postmaster:profile` with the id. The functions'
 * permissions on the encryption key name these context keys (cdk/keys/encryption-key.ts).
 */
const encryptionContextOf = (grantKey: string): Readonly<Record<string, string>> => {
  const [kind, id] = grantKey.split('#', 2)
  return { [`postmaster:${kind}`]: id ?? '' }
}
