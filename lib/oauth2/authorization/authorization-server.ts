/** A client of an authorization server: a profile combined with its provider. */
export interface OAuth2Client {
  /** An absolute URL that already includes the tenant. */
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  /** RFC 7009. Absent if the server has none. */
  readonly revocationEndpoint?: string | undefined
  readonly clientId: string
  /** Absent for a public client (RFC 6749 section 2.1). */
  readonly clientSecret?: string | undefined
  /** RFC 6749 section 2.3.1: `body` (Microsoft, Google) or `header` (HTTP Basic). */
  readonly clientAuthentication: 'body' | 'header'
  readonly scopes: readonly string[]
}

/** A parsed token response (RFC 6749 section 5.1). Lifetimes are in seconds and absent if the server reports none. */
export interface TokenAnswer {
  readonly accessToken: string
  readonly expiresIn?: number | undefined
  /** Absent if the old one stays valid (Google, on every refresh). */
  readonly refreshToken?: string | undefined
  readonly refreshExpiresIn?: number | undefined
  /** The granted scopes, if they differ from the requested ones (RFC 6749 section 3.3). */
  readonly scope?: string | undefined
  /** Unverified. It only shows who consented, and came directly from the token endpoint over TLS. */
  readonly idToken?: string | undefined
}

/**
 * An authorization server's error (RFC 6749 section 5.2), or how it failed to respond. All texts are printable and
 * bounded, and never contain a token or secret.
 */
export interface ServerRefusal {
  /** `refused`: an OAuth error. `unreachable`: no usable response in time. `misbehaved`: an invalid response. */
  readonly kind: 'refused' | 'unreachable' | 'misbehaved'
  readonly status?: number | undefined
  /**
   * If `refused`, the OAuth error, for example `invalid_grant`. Otherwise our own code, for example `host-not-found`.
   */
  readonly error?: string | undefined
  /**
   * If `refused`, the `error_description`, at most 500 characters on one line. It is untrusted, so escape it in HTML.
   * Otherwise our own sentence.
   */
  readonly description?: string | undefined
}

const what = { refused: 'refused', unreachable: 'cannot be reached', misbehaved: 'misbehaved' } as const

export class AuthorizationServerError extends Error {
  override readonly name = 'AuthorizationServerError'
  readonly refusal: ServerRefusal

  constructor(refusal: ServerRefusal) {
    super(`The authorization server ${what[refusal.kind]}: ${refusal.error ?? 'no reason given'}`)
    this.refusal = refusal
  }
}

export interface AuthorizationRequest {
  readonly redirectUri: string
  readonly state: string
  /** PKCE S256 (RFC 7636). */
  readonly codeChallenge: string
  readonly loginHint?: string | undefined
  /** The provider's own parameters, for example `access_type=offline`. */
  readonly parameters: Readonly<Record<string, string>>
}

/** The port to authorization servers. Every request ends within 10 s or by `signal`. Redirects are never followed. */
export interface AuthorizationServers {
  authorizationUrl(client: OAuth2Client, request: AuthorizationRequest): string
  /** @throws AuthorizationServerError */
  exchangeCode(
    client: OAuth2Client,
    grant: { readonly code: string; readonly redirectUri: string; readonly codeVerifier: string },
    signal: AbortSignal,
  ): Promise<TokenAnswer>
  /** @throws AuthorizationServerError */
  refresh(client: OAuth2Client, refreshToken: string, signal: AbortSignal): Promise<TokenAnswer>
  /** @throws AuthorizationServerError */
  clientCredentials(client: OAuth2Client, signal: AbortSignal): Promise<TokenAnswer>
  /**
   * Revokes the grant of the refresh token (RFC 7009). A token that is unknown to the server counts as revoked. Clients
   * without a `revocationEndpoint` cannot be used here.
   * @throws AuthorizationServerError
   */
  revoke(client: OAuth2Client, refreshToken: string, signal: AbortSignal): Promise<void>
}
