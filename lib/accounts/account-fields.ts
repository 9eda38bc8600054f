import { exampleIds } from '../requests/documented-fields.ts'

/** How an account's fields are documented, for what callers send and what they read. */
export const accountFieldDocs = {
  accountId: { description: 'The account’s id.', examples: [exampleIds.account] },
  type: {
    description:
      'Protocol and encryption: `IMAPS` and `POP3S` encrypt from the first byte, `IMAPTLS` and `POP3TLS` upgrade with ' +
      'STARTTLS or fail, `IMAP` and `POP3` never encrypt.',
    examples: ['IMAPS'],
  },
  oauth2Type: {
    description:
      'Protocol and encryption: `IMAPS` and `POP3S` encrypt from the first byte, `IMAPTLS` and `POP3TLS` upgrade with STARTTLS or fail. ' +
      'A token is never sent without TLS, so `IMAP` and `POP3` are refused.',
    examples: ['IMAPS'],
  },
  authentication: {
    description: 'How the account logs in: with a `password`, or by `oauth2` with a token that a profile gets.',
    examples: ['password'],
  },
  username: { description: 'What the account logs in with.', examples: ['support@example.com'] },
  consentingUsername: {
    description:
      'Who consents: the address of the mailbox, or of a person who may open the shared `mailbox`. Where the profile’s grant is ' +
      '`client_credentials` nobody consents, and it is the address of the mailbox.',
    examples: ['support@example.com'],
  },
  profileId: {
    description: 'With OAuth2: the profile that the account’s tokens come by.',
    examples: [exampleIds.profile],
  },
  profileName: {
    description: 'The profile’s name; absent when the profile is gone.',
    examples: ['Service desk at Microsoft 365'],
  },
  profileGrant: {
    description: '`authorization_code`: people consent in a browser. `client_credentials`: the application on its own.',
    examples: ['authorization_code'],
  },
  mailbox: {
    description:
      'With OAuth2: the address of the mailbox, where it is another than `username`, who consents. So shared mailboxes are fetched.',
    examples: ['desk@example.com'],
  },
  password: {
    description:
      'Written, never read. Needed for a new account. Left out on a change, the stored one is kept, unless the host changes or the type ' +
      'no longer encrypts: nobody can have it sent where its giver did not send it.',
    examples: ['correct horse battery staple'],
    writeOnly: true,
  },
  host: { description: 'The mail server’s name or address, without scheme and port.', examples: ['mail.example.com'] },
  oauth2Host: {
    description:
      'The mail server’s name or address, without scheme and port. Optional if the profile’s provider proposes one. Postmaster sends tokens of a ' +
      'built-in provider only to the vendor’s own mail servers, and an app-only token only to the mail server that its provider names.',
    examples: ['outlook.office365.com'],
  },
  port: {
    description: 'Left out: the type’s own (IMAP, IMAPTLS 143, IMAPS 993, POP3, POP3TLS 110, POP3S 995).',
    examples: [993],
  },
  folder: { description: 'The folder that is fetched; IMAP types only, `INBOX` when left out.', examples: ['INBOX'] },
  trusted: {
    description:
      'Whether control headers (`X-OTOBO-…`) of its messages are honoured. Only where no outsider can write to it.',
    examples: [false],
  },
  dispatching: {
    description: 'How a message finds its queue: by its recipients, or always the same one.',
    examples: [{ by: 'to-field' }],
  },
  dispatchingBy: { description: '`to-field`: by the system addresses among its recipients; `queue`: the one named.' },
  queueId: { description: 'A valid queue.', examples: [exampleIds.queue] },
  queueName: { description: 'The queue’s name; absent when the queue is gone.', examples: ['Support'] },
  validity: {
    description:
      'Only `valid` accounts are fetched. `invalid-temporarily` is not fetched either, until a person changes it: nothing ' +
      'resets it by itself.',
    examples: ['valid'],
  },
  comment: { description: 'For people.', examples: ['Owned by the service desk'] },
  afterFetch: {
    description: 'What happens on the server to a message that has been stored and announced.',
    examples: [{ action: 'delete' }],
  },
  action: { description: 'What is done.' },
  moveTo: { description: 'Another folder than the one fetched; IMAP types only.', examples: ['Collected'] },
  maxMessageSize: { description: 'Bytes. Larger messages are not stored.', examples: [157_286_400] },
  tooLarge: {
    description: 'What happens on the server to a message above `maxMessageSize`.',
    examples: [{ action: 'leave' }],
  },
  startFrom: {
    description:
      'Which of the mail that waits already is collected: `everything`, only `new` mail that comes after the account is created (or this ' +
      'is chosen, or its mailbox changes), or what arrived `since` a time. What came before stays on the server untouched. POP3 tells no ' +
      'dates: with `new`, what is there at the first fetch is old; with `since`, the first fetch asks for the header of each message that is ' +
      'there and goes by its topmost `Received` field, else its `Date`. For both it can hold at most 20,000 messages by then.',
    examples: ['everything'],
  },
  startSince: {
    description: 'Arrival on the mail server, ISO 8601 in UTC; a message without any date counts as later.',
    examples: ['2026-01-01T00:00:00Z'],
  },
  startsAt: {
    description: 'From when on mail is collected; absent where everything is.',
    examples: ['2026-01-01T00:00:00.000Z'],
    format: 'date-time',
  },
  customCa: {
    description:
      'PEM certificates that replace the system’s roots for this account, where the mail server’s certificate comes from ' +
      'a private authority, or where the server omits an intermediate certificate. Each ends the chain: a root, an ' +
      'intermediate or the server’s own.',
    examples: ['-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----\n'],
  },
} as const
