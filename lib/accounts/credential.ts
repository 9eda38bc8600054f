import type { Secret } from '../redaction/redaction.ts'

/** What a mail session logs in with. */
export type Credential = PasswordCredential | TokenCredential

export interface PasswordCredential {
  readonly method: 'password'
  readonly username: string
  readonly password: string
}

export interface TokenCredential {
  readonly method: 'oauth2'
  /**
   * The mailbox's address: what OAUTHBEARER and XOAUTH2 name as user, also where somebody else consented (shared
   * mailboxes).
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
