import * as oidc from 'openid-client'
import { isLoopbackHost } from '../network/loopback.ts'
import { apiTokenOf } from './api-token.ts'
import { cognitoSignOutAddress, isCognito } from './cognito.ts'
import { IssuerError } from './issuer-error.ts'

/** The page's registration with the issuer. It is a public client: it has no secret and uses PKCE (RFC 7636). */
export interface PageClient {
  readonly issuer: string
  readonly clientId: string
  /** Which of the issuer's tokens the API accepts. */
  readonly token: 'access' | 'id'
  /** If omitted, `openid`, and `email` and `offline_access` if the issuer supports them. */
  readonly scope?: string | undefined
  readonly redirectUri: string
  /** Where the issuer sends the browser after it has ended its own session. */
  readonly signedOutUri: string
}

/** What a sign-in keeps until the issuer sends the browser back. */
export interface SignInSecrets {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}

export interface IssuedTokens {
  /** The token for the API. */
  readonly apiToken: string
  /** Seconds since 1970. */
  readonly expiresAt: number
  /** Absent if the former refresh token stays valid. */
  readonly refreshToken: string | undefined
}

/** In seconds. The gateway gives up after 30 s, and a sign-in needs two requests. */
const requestTimeout = 8
/** In milliseconds. The issuer's metadata rarely changes, and a new execution environment reads it again anyway. */
const metadataLifetime = 60 * 60_000

/** The issuer whose tokens the API accepts, over the package openid-client, which no other file of lib uses. */
export class Issuer {
  readonly #client: PageClient
  #metadata: { readonly config: Promise<oidc.Configuration>; readonly until: number } | undefined

  constructor(client: PageClient) {
    this.#client = client
  }

  /** @returns the address of the sign-in page. @throws IssuerError */
  async signInAddress(hint: string | undefined): Promise<{ readonly url: string; readonly secrets: SignInSecrets }> {
    const secrets = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      codeVerifier: oidc.randomPKCECodeVerifier(),
    }
    const config = await this.#discovered()
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: this.#client.redirectUri,
      scope: this.#client.scope ?? usualScope(config),
      state: secrets.state,
      nonce: secrets.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(secrets.codeVerifier),
      code_challenge_method: 'S256',
      ...(hint !== undefined && { login_hint: hint }),
    })
    return { url: url.href, secrets }
  }

  /**
   * Exchanges the code for tokens.
   * @param query the parameters with which the issuer redirected the browser
   * @throws IssuerError
   */
  async redeem(
    query: Readonly<Record<string, string | undefined>>,
    { state, nonce, codeVerifier }: SignInSecrets,
  ): Promise<IssuedTokens> {
    const redirected = new URL(this.#client.redirectUri)
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) redirected.searchParams.append(name, value)
    const config = await this.#discovered()
    return await this.#asked(() =>
      oidc.authorizationCodeGrant(config, redirected, {
        pkceCodeVerifier: codeVerifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: this.#client.token === 'id',
      }),
    )
  }

  /** @throws IssuerError */
  async refresh(refreshToken: string): Promise<IssuedTokens> {
    const config = await this.#discovered()
    return await this.#asked(() => oidc.refreshTokenGrant(config, refreshToken))
  }

  /** Revokes the refresh token (RFC 7009) if the issuer supports it. @throws IssuerError */
  async revoke(refreshToken: string): Promise<void> {
    const config = await this.#discovered()
    if (config.serverMetadata().revocation_endpoint === undefined) return
    await orIssuerError(() => oidc.tokenRevocation(config, refreshToken, { token_type_hint: 'refresh_token' }))
  }

  /** @returns the address that ends the issuer's own session, or undefined if it has none. @throws IssuerError */
  async signOutAddress(): Promise<string | undefined> {
    const config = await this.#discovered()
    const endpoint = config.serverMetadata().end_session_endpoint
    if (endpoint === undefined) return undefined
    const { clientId, signedOutUri } = this.#client
    return isCognito(this.#client.issuer)
      ? cognitoSignOutAddress(endpoint, clientId, signedOutUri)
      : oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: signedOutUri }).href
  }

  async #asked(
    ask: () => Promise<oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers>,
  ): Promise<IssuedTokens> {
    const answer = await orIssuerError(ask)
    const token = this.#client.token === 'id' ? answer.id_token : answer.access_token
    if (token === undefined) throw new IssuerError('misconfigured', 'id-token-missing')
    return { ...apiTokenOf(token), refreshToken: answer.refresh_token }
  }

  /** Reads the issuer's metadata (OpenID Connect Discovery 1.0). A failure is not kept. */
  async #discovered(): Promise<oidc.Configuration> {
    if (this.#metadata !== undefined && this.#metadata.until > performance.now()) return await this.#metadata.config
    const config = orIssuerError(() => this.#discover())
    const metadata = { config, until: performance.now() + metadataLifetime }
    this.#metadata = metadata
    try {
      return await config
    } catch (error) {
      if (this.#metadata === metadata) this.#metadata = undefined
      throw error
    }
  }

  async #discover(): Promise<oidc.Configuration> {
    const issuer = new URL(this.#client.issuer)
    // Only the local run has an issuer without TLS, on this machine.
    const isLocal = issuer.protocol === 'http:' && isLoopbackHost(issuer.hostname)
    return await oidc.discovery(issuer, this.#client.clientId, undefined, oidc.None(), {
      timeout: requestTimeout,
      execute: isLocal ? [oidc.allowInsecureRequests] : [],
    })
  }
}

/** The email address names the person in the audit trail. Cognito refuses scopes that it does not know. */
const usualScope = (config: oidc.Configuration): string => {
  const supported = config.serverMetadata().scopes_supported ?? []
  return ['openid', ...['email', 'offline_access'].filter((scope) => supported.includes(scope))].join(' ')
}

const orIssuerError = async <T>(ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof IssuerError) throw error
    throw issuerErrorOf(error) ?? error
  }
}

/** @returns undefined for a defect of our own */
const issuerErrorOf = (error: unknown): IssuerError | undefined => {
  if (error instanceof oidc.AuthorizationResponseError) return new IssuerError('denied', codeIn(error.error))
  if (error instanceof oidc.ResponseBodyError) {
    if (error.error === 'invalid_grant') return new IssuerError('refused', error.error)
    const passes = error.status === 429 || ['temporarily_unavailable', 'server_error'].includes(error.error)
    return new IssuerError(passes ? 'unavailable' : 'misconfigured', codeIn(error.error))
  }
  if (error instanceof oidc.ClientError) {
    const status = error.cause instanceof Response ? error.cause.status : 0
    const passes = error.code === 'OAUTH_TIMEOUT' || status === 429 || status >= 500
    return new IssuerError(passes ? 'unavailable' : 'misconfigured', codeIn(error.code))
  }
  // `fetch` reports every failed connection like this.
  if (error instanceof TypeError && error.message === 'fetch failed') return new IssuerError('unavailable', 'no-answer')
  return undefined
}

/** The characters of error codes (RFC 6749 section 5.2). Anything else is not a code and may be a token. */
const errorCode = /^[A-Za-z0-9_.-]{1,60}$/
const codeIn = (code: string | undefined): string => (code !== undefined && errorCode.test(code) ? code : 'unknown')
