import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { NetworkPolicy } from '../network/addresses.ts'
import { isLoopbackAddress } from '../network/loopback.ts'
import type { Secret } from '../redaction/redaction.ts'
import { MailboxError } from './mailbox-error.ts'

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

/** RFC 6749 appendix A.12 allows these characters. Others, especially line breaks, could change the protocol line. */
const sendableToken = /^[\x21-\x7e]+$/
/** RFC 7628 section 3.1 and XOAUTH2 end a field with \x01. */
const unsendableName = /\p{Cc}/u

/**
 * Releases the access token for sending over this socket. IMAP and POP3 can get the token only here. A bearer token
 * gives everyone who sees it access to the mailbox (RFC 6750 section 5.3), so it is never released without TLS,
 * whatever the account's type. The only exception is a loopback address, if the deployment allows it.
 * @throws MailboxError token-needs-tls, or token-refused for a token or user that the protocol cannot carry
 */
export const releaseToken = (
  { username, accessToken }: TokenCredential,
  socket: Socket,
  { allowClearTextOnLoopback }: Pick<NetworkPolicy, 'allowClearTextOnLoopback'>,
): string => {
  const encrypted = socket instanceof TLSSocket && socket.authorized
  const excepted = allowClearTextOnLoopback && isLoopbackAddress(socket.remoteAddress ?? '')
  if (!encrypted && !excepted) throw new MailboxError('token-needs-tls')
  if (!sendableToken.test(accessToken) || unsendableName.test(username)) throw new MailboxError('token-refused')
  return accessToken
}
