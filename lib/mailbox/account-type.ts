/** The six types of a mail account. The names are those of the reference product. */
export const accountTypes = ['IMAP', 'IMAPS', 'IMAPTLS', 'POP3', 'POP3S', 'POP3TLS'] as const
export type AccountType = (typeof accountTypes)[number]

export type MailProtocol = 'imap' | 'pop3'

/**
 * `clear` is unencrypted, `implicit-tls` uses TLS from the first byte, `starttls` must upgrade or fail (RFC 8314, RFC
 * 2595).
 */
export type TransportSecurity = 'clear' | 'implicit-tls' | 'starttls'

interface AccountTypeFacts {
  readonly protocol: MailProtocol
  readonly security: TransportSecurity
  /** The port that IANA has registered for the type. */
  readonly defaultPort: number
}

export const accountTypeFacts: Readonly<Record<AccountType, AccountTypeFacts>> = {
  IMAP: { protocol: 'imap', security: 'clear', defaultPort: 143 },
  IMAPS: { protocol: 'imap', security: 'implicit-tls', defaultPort: 993 },
  IMAPTLS: { protocol: 'imap', security: 'starttls', defaultPort: 143 },
  POP3: { protocol: 'pop3', security: 'clear', defaultPort: 110 },
  POP3S: { protocol: 'pop3', security: 'implicit-tls', defaultPort: 995 },
  POP3TLS: { protocol: 'pop3', security: 'starttls', defaultPort: 110 },
}
