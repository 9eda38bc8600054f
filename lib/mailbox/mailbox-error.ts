import { type ConnectionStep, networkErrorOf, networkErrors } from '../network/network-error.ts'
import type { Reason } from '../reasons/reason.ts'
import { cutTo, printable } from '../text/printable.ts'

/**
 * Every way in which a mail server can fail an account: what an admin reads, and whether waiting can help.
 * `waiting`: the same settings may work later. `change`: a person must change something.
 */
export const mailboxErrorCatalogue = {
  'host-not-found': {
    ...networkErrors['host-not-found'],
    remedy: 'Check the spelling of the host. The host must be resolvable from the internet.',
  },
  'host-lookup-failed': {
    ...networkErrors['host-lookup-failed'],
    remedy:
      'The name service may be down. The next run tries again. If this happens repeatedly, check the spelling of the host.',
  },
  'address-not-allowed': {
    ...networkErrors['address-not-allowed'],
    remedy: 'Use a public mail server, or deploy with AllowPrivateAddresses=true.',
  },
  'port-not-allowed': {
    cure: 'change',
    detail: 'The port is not one of the mail ports this deployment allows.',
    remedy: 'Use 110, 143, 993 or 995, or list the port in the deployment’s ExtraMailPorts.',
  },
  'connection-refused': {
    ...networkErrors['connection-refused'],
    remedy: 'Check the host and port. If they are correct, the server may be down.',
  },
  'connection-timed-out': {
    ...networkErrors['connection-timed-out'],
    remedy: 'Check the host and port, and whether a firewall blocks the connection.',
  },
  'connection-lost': {
    ...networkErrors['connection-lost'],
    remedy: 'No mail is lost. The next run continues. If this happens repeatedly, contact the mail provider.',
  },
  'server-silent': {
    cure: 'waiting',
    detail: 'The server stopped responding.',
    remedy: 'No mail is lost. The next run continues. If this happens repeatedly, contact the mail provider.',
  },
  'too-slow': {
    cure: 'waiting',
    detail: 'The server responded too slowly to open the mailbox in time.',
    remedy: 'No mail is lost. The next run tries again. If this happens repeatedly, contact the mail provider.',
  },
  'greeting-refused': {
    cure: 'waiting',
    detail: 'The server rejected the session in its greeting.',
    remedy:
      'The server may limit the number of connections. The next run tries again. The server’s response contains the reason.',
  },
  'starttls-not-offered': {
    cure: 'change',
    detail: 'The server does not offer STARTTLS/STLS, so nothing was sent.',
    remedy:
      'If the server supports implicit TLS, use IMAPS or POP3S. Postmaster never continues over an unencrypted connection.',
  },
  'tls-failed': {
    ...networkErrors['tls-failed'],
    remedy:
      'Check that the port matches the type: 993 for IMAPS, 995 for POP3S, 143 for IMAP and IMAPTLS, 110 for POP3 and POP3TLS.',
  },
  'tls-too-old': {
    ...networkErrors['tls-too-old'],
    remedy: 'Ask the mail server’s operator to enable TLS 1.2 or 1.3.',
  },
  'certificate-not-trusted': {
    ...networkErrors['certificate-not-trusted'],
    remedy:
      'Set the account’s custom CA to the PEM of the authority that issued it. A connection test shows the name of that ' +
      'authority, and also the PEM if the server sends it.',
  },
  'certificate-name-mismatch': {
    ...networkErrors['certificate-name-mismatch'],
    remedy: 'Use the host name the certificate was issued for.',
  },
  'certificate-expired': {
    ...networkErrors['certificate-expired'],
    remedy:
      'Ask the mail server’s operator to renew the certificate. If the certificate belongs to the account’s custom CA, ' +
      'replace it in the account. A connection test shows which certificate it is.',
  },
  'certificate-unsuitable': {
    ...networkErrors['certificate-unsuitable'],
    remedy: 'Ask the mail server’s operator to replace the certificate. A custom CA does not solve this problem.',
  },
  'credentials-rejected': {
    cure: 'change',
    detail: 'The server rejected the user name or password.',
    remedy: 'Check the user name and password. Many providers require an app password or OAuth2.',
  },
  'login-disabled': {
    cure: 'change',
    detail: 'The server does not allow logins over an unencrypted connection.',
    remedy: 'Use a TLS type (IMAPS, IMAPTLS, POP3S or POP3TLS).',
  },
  'authentication-unsupported': {
    cure: 'change',
    detail: 'The server does not support logging in with a password.',
    remedy: 'Check whether the provider requires OAuth2, or whether password logins are disabled for this mailbox.',
  },
  'login-not-asked': {
    cure: 'change',
    detail: 'The server opened the session without a login (PREAUTH), so the mailbox may be another user’s.',
    remedy:
      'Use a host and port where the server asks for a user name and password, or ask the server’s operator to disable ' +
      'PREAUTH for Postmaster. No mail was fetched.',
  },
  'token-refused': {
    cure: 'change',
    detail: 'The mail server rejected the access token.',
    remedy:
      'Check that the user who gave consent can open this mailbox, that IMAP or POP3 is enabled for it, and that the OAuth2 ' +
      'provider’s scopes are those of the mail server. `postmaster oauth2 doctor` checks each of these.',
  },
  'oauth2-unsupported': {
    cure: 'change',
    detail: 'The server does not support logging in with an access token.',
    remedy:
      'Check the host and port. The server must offer OAUTHBEARER or XOAUTH2. If it does not support OAuth2, set the account’s authentication to `password`.',
  },
  'token-needs-tls': {
    cure: 'change',
    detail: 'The connection is not encrypted, so the access token was not sent.',
    remedy: 'Use a TLS type: IMAPS, IMAPTLS, POP3S or POP3TLS.',
  },
  'mailbox-in-use': {
    cure: 'waiting',
    detail: 'Another session is using the mailbox.',
    remedy:
      'The next run tries again. If this happens repeatedly, find the other client that collects mail from this mailbox.',
  },
  'mailbox-refused': {
    cure: 'change',
    detail: 'The server permanently rejects this mailbox.',
    remedy: 'Ask the mail server’s operator to check the mailbox. The server’s response contains the reason.',
  },
  throttled: {
    cure: 'waiting',
    detail: 'The server is limiting requests.',
    remedy: 'A later run tries again. If this happens repeatedly, reduce the number of clients that use this mailbox.',
  },
  'server-unavailable': {
    cure: 'waiting',
    detail: 'The server reports that it is temporarily unavailable.',
    remedy: 'No action is needed. The next run tries again.',
  },
  'folder-missing': {
    cure: 'change',
    detail: 'The folder does not exist in this mailbox.',
    remedy: 'Check the folder’s name, including its parent folders and its upper and lower case letters.',
  },
  'folder-read-only': {
    cure: 'change',
    detail: 'The folder is read-only, so fetched mail could never be deleted.',
    remedy: 'Grant the user permission to delete messages in the folder, or set after-fetch to `keep`.',
  },
  'server-misbehaved': {
    cure: 'waiting',
    detail: 'The server’s response violates the protocol.',
    remedy: 'Check that the port matches the type. If it does, report the server’s response to the mail provider.',
  },
  'wrong-type-for-port': {
    cure: 'change',
    detail: 'The service on this port does not match the account’s type.',
    remedy:
      'Choose a port that matches the type: 993 for IMAPS, 995 for POP3S, 143 for IMAP and IMAPTLS, 110 for POP3 and POP3TLS.',
  },
  'start-unknown': {
    cure: 'change',
    detail:
      'Mail from before the account’s start cannot be distinguished from new mail: the server assigns no permanent message ids, or the mailbox contains more than 20,000 messages.',
    remedy: 'Set the account’s start to `everything`, empty the mailbox, or use an IMAP type. No mail was fetched.',
  },
  'arrival-unknown': {
    cure: 'change',
    detail:
      'The arrival times of messages are not known: the server does not show headers without the messages themselves (TOP).',
    remedy:
      'Set the account’s start to `new` or `everything` instead of a date, or use an IMAP type. No mail was fetched.',
  },
  'credential-missing': {
    cure: 'change',
    detail: 'The stored password cannot be found.',
    remedy: 'Set the account’s password again.',
  },
} as const satisfies Record<string, Omit<Reason, 'code'> & { cure: 'waiting' | 'change' }>
export type MailboxErrorCode = keyof typeof mailboxErrorCatalogue

/**
 * The only error that a `Mailbox` throws: the session is over. It contains no secret, and no foreign error text except
 * a bounded server response.
 */
export class MailboxError extends Error {
  override readonly name = 'MailboxError'
  readonly code: MailboxErrorCode
  /** The server's response, printable, at most 200 characters; empty if there was none. */
  readonly serverWords: string

  constructor(code: MailboxErrorCode, serverWords = '', options?: ErrorOptions) {
    super(mailboxErrorCatalogue[code].detail, options)
    this.code = code
    this.serverWords = serverWordsOf(serverWords)
  }

  /** The error as people see it. */
  get reason(): Reason {
    const { detail, remedy } = mailboxErrorCatalogue[this.code]
    const words = this.serverWords && ` Server response: ${this.serverWords}`
    return { code: this.code, detail: detail + words, remedy }
  }
}

/**
 * Translates a connection's error into an error from the catalogue. A `MailboxError` is returned unchanged.
 * @param step where the error happened
 */
export const mailboxErrorOf = (error: unknown, step: ConnectionStep): MailboxError => {
  if (error instanceof MailboxError) return error
  const { code, cause } = networkErrorOf(error, step)
  return new MailboxError(code, '', cause === undefined ? undefined : { cause })
}

/** Characters kept of a server's response. The rest of a long response is seldom informative. */
const serverWordsLimit = 200

/** Prepares a server's text for display: printable, on one line and bounded. */
export const serverWordsOf = (text: string): string => cutTo(printable(text), serverWordsLimit)
