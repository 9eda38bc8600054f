import { createDecipheriv } from 'node:crypto'
import * as z from 'zod'
import { DataKeyError, type DataKeys } from '../../secrets/data-keys.ts'
import { findingOfDataKey, oauth2Finding } from '../findings/oauth2-findings.ts'
import { encryptionContextOf } from '../grant-key.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import {
  algorithm,
  boundTo,
  nonceBytes,
  type SealedTokens,
  TokenSealer,
  type Tokens,
  tagBytes,
} from './token-sealer.ts'

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
