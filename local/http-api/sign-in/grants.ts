import { createHash, randomBytes } from 'node:crypto'
import type { Person } from './sign-in-keys.ts'

/** In milliseconds. A code is exchanged as soon as the browser has followed one redirect. */
const codeLifetime = 60_000
/** In milliseconds, like Cognito's longest grace period: a browser that leaves a page does not receive the new token. */
const grace = 60_000

export interface CodeRequest {
  readonly person: Person
  readonly clientId: string
  readonly redirectUri: string
  /** PKCE S256 (RFC 7636). */
  readonly challenge: string
  readonly nonce: string | undefined
}

interface Grant {
  readonly person: Person
  readonly clientId: string
  hasEnded: boolean
}

interface RefreshToken {
  readonly grant: Grant
  /** When the token was exchanged for the next one. */
  replacedAt: number | undefined
}

export interface Granted {
  readonly person: Person
  readonly refreshToken: string
  readonly nonce?: string | undefined
}

/**
 * The codes and refresh tokens of this run. They are only in memory: after a restart, a person opens the new address, so
 * a program that listened on the port in the meantime cannot use what a browser sent to it.
 */
export class Grants {
  readonly #codes = new Map<string, CodeRequest & { readonly endsAt: number }>()
  readonly #refreshTokens = new Map<string, RefreshToken>()
  readonly #now: () => Date

  constructor(now: () => Date) {
    this.#now = now
  }

  newCode(request: CodeRequest): string {
    const now = this.#now().getTime()
    for (const [code, { endsAt }] of this.#codes) if (endsAt <= now) this.#codes.delete(code)
    const code = randomToken()
    this.#codes.set(code, { ...request, endsAt: now + codeLifetime })
    return code
  }

  /** Exchanges a code, which works only once, even if the exchange fails. */
  redeem(code: string, clientId: string, redirectUri: string, verifier: string): Granted | undefined {
    const request = this.#codes.get(code)
    this.#codes.delete(code)
    if (request === undefined || request.endsAt <= this.#now().getTime()) return undefined
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    if (request.clientId !== clientId || request.redirectUri !== redirectUri || request.challenge !== challenge)
      return undefined
    const grant = { person: request.person, clientId, hasEnded: false }
    return { person: request.person, nonce: request.nonce, refreshToken: this.#newRefreshToken(grant) }
  }

  /** Exchanges a refresh token for the next one. A token that is used long after its exchange ends its grant. */
  refresh(token: string, clientId: string): Granted | undefined {
    const found = this.#refreshTokens.get(token)
    if (found === undefined || found.grant.hasEnded || found.grant.clientId !== clientId) return undefined
    const now = this.#now().getTime()
    if (found.replacedAt !== undefined && found.replacedAt + grace <= now) {
      found.grant.hasEnded = true
      return undefined
    }
    found.replacedAt ??= now
    return { person: found.grant.person, refreshToken: this.#newRefreshToken(found.grant) }
  }

  revoke(token: string): void {
    const found = this.#refreshTokens.get(token)
    if (found !== undefined) found.grant.hasEnded = true
  }

  endAll(): void {
    for (const { grant } of this.#refreshTokens.values()) grant.hasEnded = true
  }

  #newRefreshToken(grant: Grant): string {
    const token = randomToken()
    this.#refreshTokens.set(token, { grant, replacedAt: undefined })
    return token
  }
}

const randomToken = (): string => randomBytes(32).toString('base64url')
