import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { TokenCredential } from '../../accounts/credential.ts'
import type { NetworkPolicy } from '../mailbox.ts'
import { MailboxError } from '../mailbox-error.ts'
import { isLoopbackAddress } from './public-address.ts'

/** What RFC 6749 appendix A.12 allows in a token; anything else, a line break above all, has a meaning of its own on the way. */
const sendableToken = /^[\x21-\x7e]+$/
/** RFC 7628 section 3.1 and XOAUTH2 end a field with \x01. */
const unsendableName = /\p{Cc}/u

/**
 * The access token for whoever is about to send it over this socket; the only way by which IMAP and POP3 get at it. A bearer token opens the
 * mailbox for everybody who sees it (RFC 6750 section 5.3), so without TLS there is none, whatever the account's type says.
 * Throws `MailboxError`: token-needs-tls; token-refused for a token or user that the protocol cannot carry.
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
