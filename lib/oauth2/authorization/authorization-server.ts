/** Who asks an authorization server for tokens, and where: a profile filled into its provider. */
export interface OAuth2Client {
  /** Absolute, with the tenant in place. */
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  /** RFC 7009; absent where the server has none. */
  readonly revocationEndpoint?: string | undefined
  readonly clientId: string
  /** Absent for a public client (RFC 6749 section 2.1). */
  readonly clientSecret?: string | undefined
  /** RFC 6749 section 2.3.1: `body` (Microsoft, Google) or `header` (HTTP Basic). */
  readonly clientAuthentication: 'body' | 'header'
  readonly scopes: readonly string[]
}

/** A token answer (RFC 6749 section 5.1), parsed. Lifetimes in seconds, absent where the server tells none. */
export interface TokenAnswer {
  readonly accessToken: string
  readonly expiresIn?: number | undefined
  /** Absent where the server keeps the old one in force (Google, on every refresh). */
  readonly refreshToken?: string | undefined
  readonly refreshExpiresIn?: number | undefined
  /** Granted scopes, where they differ from those asked for (RFC 6749 section 3.3). */
  readonly scope?: string | undefined
  /** Unverified: only read to tell people who consented. It came straight from the token endpoint over TLS. */
  readonly idToken?: string | undefined
}

/**
 * What an authorization server said no with (RFC 6749 section 5.2), or how it failed to answer. Printable and bounded;
 * never a token or secret.
 */
export interface ServerRefusal {
  /** `refused`: an OAuth error; `unreachable`: no usable answer in time; `misbehaved`: an answer that is none. */
  readonly kind: 'refused' | 'unreachable' | 'misbehaved'
  readonly status?: number | undefined
  /** Refused: such as `invalid_grant`. Else a code of ours, such as `host-not-found` or `answer-too-large`. */
  readonly error?: string | undefined
  /**
   * Refused: `error_description`, at most 500 characters, on one line. Untrusted: escape it in HTML. Else a sentence of
   * ours.
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
  /** The provider's own, such as `access_type=offline`. */
  readonly parameters: Readonly<Record<string, string>>
}

/** The port to authorization servers. Every request ends within 10 s or by `signal`; redirects are never followed. */
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
   * Ends the grant that the refresh token belongs to (RFC 7009). A token that the server does not know counts as
   * revoked. Only for clients with a `revocationEndpoint`.
   * @throws AuthorizationServerError
   */
  revoke(client: OAuth2Client, refreshToken: string, signal: AbortSignal): Promise<void>
}
