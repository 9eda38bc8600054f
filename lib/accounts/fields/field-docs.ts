import { exampleIds } from '../../requests/documented-fields.ts'

/** The documentation of an account's fields, for requests and responses. */
export const accountFieldDocs = {
  accountId: { description: 'The account’s id.', examples: [exampleIds.account] },
  type: {
    description:
      'The protocol and the encryption. `IMAPS` and `POP3S` use TLS from the first byte. `IMAPTLS` and `POP3TLS` upgrade ' +
      'with STARTTLS, and fail if they cannot. `IMAP` and `POP3` never encrypt.',
    examples: ['IMAPS'],
  },
  oauth2Type: {
    description:
      'The protocol and the encryption. `IMAPS` and `POP3S` use TLS from the first byte. `IMAPTLS` and `POP3TLS` upgrade ' +
      'with STARTTLS, and fail if they cannot. `IMAP` and `POP3` are refused, because a token is never sent without TLS.',
    examples: ['IMAPS'],
  },
  authentication: {
    description: 'How the account logs in: with a `password`, or with a token from an OAuth2 profile (`oauth2`).',
    examples: ['password'],
  },
  username: { description: 'The user name for the login.', examples: ['support@example.com'] },
  consentingUsername: {
    description:
      'The user who consents: the address of the mailbox, or of a person who has access to the shared `mailbox`. If the ' +
      'profile’s grant is `client_credentials`, no consent is needed and this is the address of the mailbox.',
    examples: ['support@example.com'],
  },
  profileId: {
    description: 'OAuth2 only: the profile that provides the account’s tokens.',
    examples: [exampleIds.profile],
  },
  profileName: {
    description: 'The profile’s name. Absent if the profile no longer exists.',
    examples: ['Service desk at Microsoft 365'],
  },
  profileGrant: {
    description:
      '`authorization_code`: a person consents in a browser. `client_credentials`: the application signs in as itself.',
    examples: ['authorization_code'],
  },
  mailbox: {
    description:
      'OAuth2 only: the address of the mailbox if it differs from `username`, the user who consents. This is how shared ' +
      'mailboxes are fetched.',
    examples: ['desk@example.com'],
  },
  password: {
    description:
      'Write-only. Required for a new account. If a change omits it, the stored password is kept. It must be ' +
      'sent again if a change sets another host, or replaces an encrypted type with an unencrypted one. A stored password ' +
      'is never sent to another host, and after an encrypted type never in clear text.',
    examples: ['correct horse battery staple'],
    writeOnly: true,
  },
  host: {
    description: 'The mail server’s host name or IP address, without a scheme or port.',
    examples: ['mail.example.com'],
  },
  oauth2Host: {
    description:
      'The mail server’s host name or IP address, without a scheme or port. Optional if the profile’s provider proposes one. ' +
      'Postmaster sends tokens from a built-in provider only to the vendor’s own mail servers, and an app-only token only ' +
      'to the mail server that its provider specifies.',
    examples: ['outlook.office365.com'],
  },
  port: {
    description:
      'Default: the type’s standard port (143 for IMAP and IMAPTLS, 993 for IMAPS, 110 for POP3 and POP3TLS, 995 for POP3S).',
    examples: [993],
  },
  folder: { description: 'The folder to fetch. IMAP types only. Default: `INBOX`.', examples: ['INBOX'] },
  trusted: {
    description:
      'Whether Postmaster honours the control headers (`X-OTOBO-…`) of the account’s messages. Trust an account only if ' +
      'outsiders cannot send mail to it.',
    examples: [false],
  },
  dispatching: {
    description: 'How Postmaster chooses the queue of a message: by its recipients, or always the same queue.',
    examples: [{ by: 'to-field' }],
  },
  dispatchingBy: {
    description:
      '`to-field` chooses the queue by the system addresses among the recipients. `queue` always uses the queue with the ' +
      'id `queueId`.',
  },
  queueId: {
    description: 'The queue’s id. The queue must be valid when the account is saved.',
    examples: [exampleIds.queue],
  },
  queueName: { description: 'The queue’s name. Absent if the queue no longer exists.', examples: ['Support'] },
  validity: {
    description:
      'Only `valid` accounts are fetched. An `invalid-temporarily` account stays switched off until a person changes it. ' +
      'Postmaster never makes it valid automatically.',
    examples: ['valid'],
  },
  comment: { description: 'A note for other admins.', examples: ['Owned by the service desk'] },
  afterFetch: {
    description: 'What happens to a message on the server after Postmaster has stored and announced it.',
    examples: [{ action: 'delete' }],
  },
  action: { description: 'The action to take.' },
  moveTo: {
    description: 'The folder to move the message to. It must differ from the fetched folder. IMAP types only.',
    examples: ['Collected'],
  },
  maxMessageSize: {
    description: 'The size limit in bytes. Larger messages are not stored.',
    examples: [157_286_400],
  },
  tooLarge: {
    description: 'What happens on the server to a message that is larger than `maxMessageSize`.',
    examples: [{ action: 'leave' }],
  },
  startFrom: {
    description:
      'Which mail is collected: `everything`, only `new` mail that arrives after this value is chosen or the account’s ' +
      'mailbox changes, or only mail that arrived after the time in `since`. Older mail stays on the server untouched. ' +
      'POP3 does not report arrival dates. With `new`, every message on a POP3 server at the first fetch counts as old. ' +
      'With `since`, the first fetch reads the header of each of these messages and uses the date of its topmost ' +
      '`Received` field, or of its `Date` field if there is none. In both cases, the POP3 mailbox may contain at most ' +
      '20,000 messages at that time.',
    examples: ['everything'],
  },
  startSince: {
    description:
      'The earliest arrival time on the mail server, in ISO 8601 and UTC. Messages without a date count as later.',
    examples: ['2026-01-01T00:00:00Z'],
  },
  startsAt: {
    description: 'Mail that arrived before this time is not collected. Absent if everything is collected.',
    examples: ['2026-01-01T00:00:00.000Z'],
    format: 'date-time',
  },
  customCa: {
    description:
      'PEM certificates that replace the system’s root certificates for this account. Use them if the mail server’s ' +
      'certificate comes from a private authority, or if the server omits an intermediate certificate. Each of them ends ' +
      'the certificate chain, so it can be a root, an intermediate or the server’s own certificate.',
    examples: ['-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----\n'],
  },
} as const
