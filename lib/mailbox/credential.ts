import type { Secret } from '../redaction/redaction.ts'

/** The credential that a mail session uses to log in. */
export type Credential = PasswordCredential | TokenCredential

export interface PasswordCredential {
  readonly method: 'password'
  readonly username: string
  readonly password: string
}

export interface TokenCredential {
  readonly method: 'oauth2'
  /**
   * The mailbox's address, which OAUTHBEARER and XOAUTH2 send as the user. For a shared mailbox, another user
   * consented.
   */
  readonly username: string
  /** RFC 6750 bearer token. */
  readonly accessToken: string
}

/** @returns the part of a credential that must not appear in any text */
export const secretOf = (credential: Credential): Secret => ({
  text: credential.method === 'password' ? credential.password : credential.accessToken,
  user: credential.username,
})
