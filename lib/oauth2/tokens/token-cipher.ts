import * as z from 'zod'
import { DataKeyError, type DataKeys } from '../../secrets/data-keys.ts'
import { openText, sealText } from '../../secrets/sealed-text.ts'
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

/** Prevents decryption of a row that was copied to another account. */
const boundTo = (grantKey: string): string => JSON.stringify([grantKey])

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
    const sealed = sealText(JSON.stringify(tokens), this.#key, boundTo(this.#grantKey))
    return { sealed: sealed.toString('base64'), dataKey: this.#wrapped }
  }

  [Symbol.dispose](): void {
    this.#key?.fill(0)
    this.#key = undefined
  }
}

const tokensSchema = z.object({ accessToken: z.string().min(1), refreshToken: z.string().min(1).optional() })

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
      const tokens = tokensSchema.parse(JSON.parse(openText(Buffer.from(sealed, 'base64'), key, boundTo(grantKey))))
      return { tokens, sealer: new TokenSealer(grantKey, key, dataKey) }
    } catch {
      key.fill(0)
      throw new OAuth2Error(oauth2Finding('tokens-unreadable'))
    }
  }
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
