import type { RequestListener } from 'node:http'
import type { CertificateAuthority } from '../mail-server/certificates.ts'

export interface TestUser {
  readonly email: string
  readonly password: string
  /** Another person's mailbox that this user's tokens also open (claim `shared_mailbox`). */
  readonly sharedMailbox?: string
  /** Additional claims of the id token, for example `{ groups: ['postmaster-admins'] }` or `{ tid: '…' }`. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/**
 * How the server issues tokens. Every field can be changed while the server runs: `server.policy.onRefresh = 'rotate'`.
 */
export interface TokenPolicy {
  accessTokenSeconds: number
  refreshTokenSeconds: number
  /**
   * When a code is exchanged for a refresh token. `when-asked`: only with `offline_access` (which also needs
   * `prompt=consent`, OpenID Connect Core section 11). `always`: even if it is not requested.
   */
  refreshTokens: 'when-asked' | 'always' | 'never'
  /**
   * What a refresh returns. `repeat`: the same refresh token. `rotate`: a new one, and the old one becomes invalid; if
   * the old one is used again, all tokens become invalid. `omit`: none, like Google.
   */
  onRefresh: 'repeat' | 'rotate' | 'omit'
}

export interface OAuth2ServerOptions {
  /** Defaults to `desk@example.com` and `other@example.com`. */
  readonly users?: readonly TestUser[]
  readonly policy?: Partial<TokenPolicy>
  /** The addresses to which codes may be sent. `server.allowRedirect` adds more. */
  readonly redirectUris?: readonly string[]
  /** Scopes in addition to `openid email offline_access`. Defaults to `mail.imap mail.pop3`. */
  readonly scopes?: readonly string[]
  /** The mailbox that app-only tokens open. Defaults to the first user's mailbox. */
  readonly applicationMailbox?: string
  /**
   * Defaults to `opaque` tokens, which support introspection and revocation. `jwtFor` issues readable tokens with the
   * given audience, a URI.
   */
  readonly accessTokens?: 'opaque' | { readonly jwtFor: string }
  /** Uses https with a certificate of this authority. Defaults to http. */
  readonly authority?: CertificateAuthority
  /**
   * The issuer's host. The default differs from `localhost`, so that the server is another site, as real providers are.
   */
  readonly host?: '127.0.0.1' | 'localhost'
  /** Wraps the server's listener and decides which requests reach it. */
  readonly guard?: (port: number, listener: RequestListener) => RequestListener
  /** Defaults to any free port. */
  readonly port?: number
}

export const defaultUsers: readonly TestUser[] = [
  { email: 'desk@example.com', password: 'desk’s own password' },
  { email: 'other@example.com', password: 'other’s own password' },
]

export const defaultPolicy: TokenPolicy = {
  accessTokenSeconds: 3600,
  refreshTokenSeconds: 14 * 24 * 3600,
  refreshTokens: 'when-asked',
  onRefresh: 'repeat',
}

export const defaultScopes: readonly string[] = ['mail.imap', 'mail.pop3']
