import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose'
import * as z from 'zod'
import { systemCode, unusableData } from '../common/errors.ts'

/** Long enough for a stack that keeps running over a holiday. Every start signs new tokens. */
const tokenLifetime = '30d'

const keySchema = z.looseObject({ kty: z.literal('RSA'), n: z.string(), e: z.string(), d: z.string() })

/** Replaces the user pools of the template: it has their issuer URL and a key pair from this data folder. */
export class LocalIssuer {
  readonly publicKey: CryptoKey
  readonly #privateKey: CryptoKey
  readonly #issuers: ReadonlySet<string>

  private constructor(issuers: readonly string[], publicKey: CryptoKey, privateKey: CryptoKey) {
    this.#issuers = new Set(issuers)
    this.publicKey = publicKey
    this.#privateKey = privateKey
  }

  static async open(file: string, issuers: readonly string[]): Promise<LocalIssuer> {
    const jwk = readKey(file) ?? (await createKey(file))
    const { d, p, q, dp, dq, qi, ...publicPart } = jwk
    return new LocalIssuer(issuers, await cryptoKey(publicPart), await cryptoKey(jwk))
  }

  issues(issuer: string): boolean {
    return this.#issuers.has(issuer)
  }

  /** Signs an access token like Cognito's for one client. `claims` overrides any of its claims. */
  async sign(issuer: string, clientId: string, claims: JWTPayload): Promise<string> {
    const unsigned = new SignJWT({ client_id: clientId, token_use: 'access', ...claims })
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(claims.iss ?? issuer)
      .setIssuedAt(claims.iat)
      .setExpirationTime(claims.exp ?? tokenLifetime)
    return unsigned.sign(this.#privateKey)
  }
}

const readKey = (file: string): JWK | undefined => {
  try {
    return keySchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw unusableData(
      `${file} is corrupted and cannot be read. Delete it, and the next start creates a new key.`,
      error,
    )
  }
}

/** The key is an RSA key, because HTTP API's authorizer does not accept other signatures. */
const createKey = async (file: string): Promise<JWK> => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  writeFileSync(`${file}.new`, JSON.stringify(jwk), { mode: 0o600 })
  renameSync(`${file}.new`, file)
  return jwk
}

const cryptoKey = async (jwk: JWK): Promise<CryptoKey> => {
  const key = await importJWK(jwk, 'RS256')
  if (key instanceof Uint8Array) throw new TypeError('expected an RSA key')
  return key
}
