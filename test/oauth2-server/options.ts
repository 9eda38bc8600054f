import type { RequestListener } from 'node:http'
import type { CertificateAuthority } from '../mail-server/certificates.ts'

export interface TestUser {
  readonly email: string
  readonly password: string
  /** A mailbox of somebody else that this user's tokens open too (claim `shared_mailbox`). */
  readonly sharedMailbox?: string
  /** More claims of the id token, such as `{ groups: ['postmaster-admins'] }` or `{ tid: '…' }`. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** How tokens are given out. Every field may be changed while the server runs: `server.policy.onRefresh = 'rotate'`. */
export interface TokenPolicy {
  accessTokenSeconds: number
  refreshTokenSeconds: number
  /**
   * With a code: `when-asked` for `offline_access` (which also needs `prompt=consent`, OpenID Connect Core section 11),
   * or without a word.
   */
  refreshTokens: 'when-asked' | 'always' | 'never'
  /**
   * With a refresh: the same one again, a new one whose predecessor dies (used twice, all die), or none (Google's
   * habit).
   */
  onRefresh: 'repeat' | 'rotate' | 'omit'
}

export interface OAuth2ServerOptions {
  /** `desk@example.com` and `other@example.com` by default. */
  readonly users?: readonly TestUser[]
  readonly policy?: Partial<TokenPolicy>
  /** Where codes may be sent; `server.allowRedirect` adds more. */
  readonly redirectUris?: readonly string[]
  /** Besides `openid email offline_access`; `mail.imap mail.pop3` by default. */
  readonly scopes?: readonly string[]
  /** The mailbox that the application's own tokens open; the first user's by default. */
  readonly applicationMailbox?: string
  /** `opaque` by default: they can be introspected and revoked. `jwt`: they can be read, with this audience (a URI). */
  readonly accessTokens?: 'opaque' | { readonly jwtFor: string }
  /** https with a certificate of this authority, else http. */
  readonly authority?: CertificateAuthority
  /** The issuer's name: another site than `localhost` unless told so, as providers are. */
  readonly host?: '127.0.0.1' | 'localhost'
  /** Stands in front of the server and decides which requests reach it. */
  readonly guard?: (port: number, listener: RequestListener) => RequestListener
  /** Any by default. */
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
