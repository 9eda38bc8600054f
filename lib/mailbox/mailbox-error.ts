import { cutTo, printable } from '../text/printable.ts'

/**
 * Every way a mail server can fail an account: what an admin reads, and whether waiting can help.
 * `waiting` = the same settings may work later; `change` = somebody has to change something.
 */
export const mailboxErrorCatalogue = {
  'host-not-found': {
    cure: 'change',
    words: 'The host name has no address.',
    remedy: 'Check the spelling of the host; it must be resolvable from the internet.',
  },
  'host-lookup-failed': {
    cure: 'waiting',
    words: 'The host name could not be looked up for now.',
    remedy: 'The name service may be down; the next run tries again. If it repeats, check the spelling of the host.',
  },
  'address-not-allowed': {
    cure: 'change',
    words: 'The host resolves to a private, loopback or link-local address, which this deployment does not allow.',
    remedy: 'Use a public mail server, or deploy with AllowPrivateAddresses=true.',
  },
  'port-not-allowed': {
    cure: 'change',
    words: 'The port is not one of the mail ports this deployment allows.',
    remedy: 'Use 110, 143, 993 or 995, or list the port in the deployment’s ExtraMailPorts.',
  },
  'connection-refused': {
    cure: 'waiting',
    words: 'The server refuses connections on this port.',
    remedy: 'Check host and port; the server may also be down.',
  },
  'connection-timed-out': {
    cure: 'waiting',
    words: 'The server did not answer in time.',
    remedy: 'Check host and port; a firewall may drop the connection.',
  },
  'connection-lost': {
    cure: 'waiting',
    words: 'The server closed the connection in the middle of the session.',
    remedy: 'Nothing is lost: the next run continues. If it repeats, ask the mail provider.',
  },
  'server-silent': {
    cure: 'waiting',
    words: 'The server stopped answering.',
    remedy: 'Nothing is lost: the next run continues. If it repeats, ask the mail provider.',
  },
  'too-slow': {
    cure: 'waiting',
    words: 'The server answers so slowly that the mailbox was not open in time.',
    remedy: 'Nothing is lost: the next run tries again. If it repeats, ask the mail provider.',
  },
  'greeting-refused': {
    cure: 'waiting',
    words: 'The server refused the session in its greeting.',
    remedy: 'It may limit connections; the next run tries again. The server’s words are in the detail.',
  },
  'starttls-not-offered': {
    cure: 'change',
    words: 'The server does not offer STARTTLS/STLS, so nothing was sent.',
    remedy: 'Use the type with implicit TLS (IMAPS or POP3S) if the server has it; Postmaster never goes on in clear.',
  },
  'tls-failed': {
    cure: 'change',
    words: 'The TLS handshake failed.',
    remedy: 'Check that type and port belong together: IMAPS 993, POP3S 995, the TLS and plain types 143 and 110.',
  },
  'tls-too-old': {
    cure: 'change',
    words: 'The server speaks only TLS 1.0 or 1.1, which are no longer secure (RFC 8996), so nothing was sent.',
    remedy: 'The mail server’s operator has to enable TLS 1.2 or 1.3.',
  },
  'certificate-not-trusted': {
    cure: 'change',
    words: 'The server’s certificate is not signed by a trusted authority.',
    remedy:
      'Set the account’s custom CA to the PEM of the authority that issued it. A connection test names that authority, ' +
      'and shows the PEM where the server sends it.',
  },
  'certificate-name-mismatch': {
    cure: 'change',
    words: 'The server’s certificate is for another host name.',
    remedy: 'Use the host name the certificate was issued for.',
  },
  'certificate-expired': {
    cure: 'change',
    words: 'The server’s certificate, or one of its authorities’, has expired or is not valid yet.',
    remedy:
      'The mail server’s operator has to renew it; a certificate of the account’s custom CA has to be replaced in the account. ' +
      'A connection test says which certificate it is.',
  },
  'certificate-unsuitable': {
    cure: 'change',
    words:
      'The server’s certificate, or one of its authorities’, may not be used for this: it is made for another purpose, ' +
      'its key is too short, or it breaks another rule.',
    remedy: 'The mail server’s operator has to replace it; an account’s custom CA does not help.',
  },
  'credentials-rejected': {
    cure: 'change',
    words: 'The server rejected user name or password.',
    remedy: 'Check user name and password; many providers need an app password or OAuth2.',
  },
  'login-disabled': {
    cure: 'change',
    words: 'The server does not allow logging in over an unencrypted connection.',
    remedy: 'Use a TLS type (IMAPS, IMAPTLS, POP3S or POP3TLS).',
  },
  'authentication-unsupported': {
    cure: 'change',
    words: 'The server offers no way of logging in with a password.',
    remedy: 'The provider may require OAuth2, or password logins may be switched off for this mailbox.',
  },
  'login-not-asked': {
    cure: 'change',
    words: 'The server opened the session without a login (PREAUTH), so it is unknown whose mailbox it shows.',
    remedy:
      'Use a host and port where the server asks for user name and password, or ask the server’s operator to switch ' +
      'PREAUTH off for Postmaster. Nothing was fetched.',
  },
  'token-refused': {
    cure: 'change',
    words: 'The mail server refused the access token.',
    remedy:
      'Check that whoever consented may open this mailbox, that IMAP or POP3 is switched on for it, and that the OAuth2 ' +
      'provider’s scopes are those of the mail server; `postmaster oauth2 doctor` looks at each.',
  },
  'oauth2-unsupported': {
    cure: 'change',
    words: 'The server offers no way of logging in with an access token.',
    remedy:
      'Check host and port; it has to offer OAUTHBEARER or XOAUTH2. If it does not know OAuth2, set the account’s authentication to `password`.',
  },
  'token-needs-tls': {
    cure: 'change',
    words: 'The connection is not encrypted, so the access token was not sent.',
    remedy: 'Use a TLS type: IMAPS, IMAPTLS, POP3S or POP3TLS.',
  },
  'mailbox-in-use': {
    cure: 'waiting',
    words: 'Another session holds the mailbox.',
    remedy: 'The next run tries again; if it repeats, find the other client that collects this mailbox.',
  },
  'mailbox-refused': {
    cure: 'change',
    words: 'The server refuses this mailbox for good.',
    remedy: 'The mail server’s operator has to look at it; the server’s words are in the detail.',
  },
  throttled: {
    cure: 'waiting',
    words: 'The server asks to slow down.',
    remedy: 'The next run tries again later; fewer clients on this mailbox help.',
  },
  'server-unavailable': {
    cure: 'waiting',
    words: 'The server says it is temporarily unavailable.',
    remedy: 'The next run tries again.',
  },
  'folder-missing': {
    cure: 'change',
    words: 'The folder does not exist in this mailbox.',
    remedy: 'Check the folder’s name, including its parent folders and upper and lower case.',
  },
  'folder-read-only': {
    cure: 'change',
    words: 'The folder can only be read, so fetched mail could never be deleted.',
    remedy: 'Give the user the right to delete there, or set after-fetch to `keep`.',
  },
  'server-misbehaved': {
    cure: 'waiting',
    words: 'The server’s answer does not follow the protocol.',
    remedy: 'Check that type and port belong together; otherwise report the detail to the mail provider.',
  },
  'wrong-type-for-port': {
    cure: 'change',
    words: 'Something else answers on this port than the account’s type expects.',
    remedy:
      'Choose type and port that belong together: IMAPS 993, POP3S 995, IMAP and IMAPTLS 143, POP3 and POP3TLS 110.',
  },
  'start-unknown': {
    cure: 'change',
    words:
      'Mail from before the account’s start cannot be told from new mail: the server gives no lasting ids, or holds more than 20,000 messages.',
    remedy: 'Set the account’s start to `everything`, empty the mailbox, or use an IMAP type. Nothing was fetched.',
  },
  'arrival-unknown': {
    cure: 'change',
    words:
      'When messages arrived is not known: the server does not show their headers without the messages themselves (TOP).',
    remedy:
      'Set the account’s start to `new` or `everything` instead of a date, or use an IMAP type. Nothing was fetched.',
  },
  'credential-missing': {
    cure: 'change',
    words: 'The stored password cannot be found.',
    remedy: 'Set the account’s password again.',
  },
} as const satisfies Record<string, { cure: 'waiting' | 'change'; words: string; remedy: string }>
export type MailboxErrorCode = keyof typeof mailboxErrorCatalogue

/** The one error a `Mailbox` throws: the session is over. Carries no secret and no foreign error text except a bounded server reply. */
export class MailboxError extends Error {
  override readonly name = 'MailboxError'
  readonly code: MailboxErrorCode
  /** What the server said, printable, at most 200 characters; empty when it said nothing. */
  readonly serverWords: string

  constructor(code: MailboxErrorCode, serverWords = '', options?: ErrorOptions) {
    super(mailboxErrorCatalogue[code].words, options)
    this.code = code
    this.serverWords = serverWordsOf(serverWords)
  }
}

/** At most this much of what a server said; the rest of a long answer seldom says more. */
const serverWordsLimit = 200

/** A server's words as people may see them: on one line, bounded. */
export const serverWordsOf = (text: string): string => cutTo(printable(text), serverWordsLimit)
