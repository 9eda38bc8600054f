import { exampleIds } from '../../requests/documented-fields.ts'

/** The documentation of a destination's fields, for requests and responses. */
export const destinationDocs = {
  destinationId: { description: 'The destination’s id.', examples: [exampleIds.destination] },
  name: { description: 'A unique name, compared without case.', examples: ['OTOBO'] },
  kind: {
    description:
      '`pull`: an agent beside the ticket system collects the mail (`postmaster deliver`). `webhook`: Postmaster sends a signed ' +
      'HTTPS request for each mail. The kind cannot be changed.',
    examples: ['pull'],
  },
  validity: {
    description:
      'Only `valid` destinations receive mail. Unlike for accounts and queues, mail is still planned for an `invalid` or ' +
      '`invalid-temporarily` destination: its deliveries wait, and continue in order once it is `valid` again.',
    examples: ['valid'],
  },
  selection: {
    description: 'The mail that the destination receives. By default, it receives all mail.',
    examples: [{ queueIds: 'all', trustedOnly: false, loops: true }],
  },
  queueIds: {
    description: '`all`, or the ids of the queues whose mail the destination receives. `raw` is the built-in queue.',
    examples: ['all'],
  },
  accountIds: {
    description:
      'The ids of the accounts whose mail the destination receives. If omitted, it receives mail of all accounts.',
    examples: [[exampleIds.account]],
  },
  trustedOnly: { description: 'Whether only mail of trusted accounts is received.', examples: [false] },
  loops: {
    description: 'Whether automatic mail is received, for example automatic replies, which could cause a mail loop.',
    examples: [true],
  },
  queueMap: {
    description:
      'The receiver’s names for the queues. A queue without a name here has the default, or else its own name.',
    examples: [{ names: { [exampleIds.queue]: 'First level' } }],
  },
  queueNames: {
    description:
      'The receiver’s queue names, by Postmaster’s queue id. A name is one line and does not begin with `-`.',
    examples: [{ [exampleIds.queue]: 'First level' }],
  },
  defaultQueueName: { description: 'The receiver’s queue for all queues without a name.', examples: ['Postmaster'] },
  limits: {
    description: 'The limits of a delivery.',
    examples: [{ concurrency: 1, timeoutSeconds: 30, largestSize: 52_428_800 }],
  },
  concurrency: {
    description:
      'The number of conversations that a webhook receives at once, at most one less than `MaxConcurrentDeliveries` of the deployment. The mails of one conversation are always delivered in order. ' +
      'An agent has its own setting, `--concurrency`.',
    examples: [1],
  },
  timeoutSeconds: {
    description: 'The time in which a webhook must be answered. An agent has its own setting, `--timeout`.',
    examples: [30],
  },
  largestSize: {
    description: 'In bytes. A larger mail is quarantined instead of delivered. The default is 50 MiB.',
    examples: [52_428_800],
  },
  doubt: {
    description:
      'What happens if the receiver may have received a mail, does not drop repeats, and cannot be asked. `repeat`: the delivery is repeated once after 15 minutes, ' +
      'which may create a second ticket. `ask`: it is quarantined until a person decides.',
    examples: ['repeat'],
  },
  controlHeaderPrefix: {
    description:
      'The prefix of the control headers that the receiver obeys. If present, the honoured control headers of trusted mail are set under ' +
      'this prefix in the copy that is handed over.',
    examples: ['X-OTOBO-'],
  },
  comment: { description: 'A note for other admins.', examples: ['Ticket system of the service desk'] },
  webhook: {
    description: 'Where a webhook is sent. Required for the kind `webhook`, and not allowed for other kinds.',
    examples: [{ url: 'https://tickets.example.com/hooks/postmaster', mode: 'thin' }],
  },
  url: {
    description:
      'The receiver’s `https` address. Ports other than 443 and private addresses require a setting of the deployment.',
    examples: ['https://tickets.example.com/hooks/postmaster'],
  },
  mode: {
    description:
      '`thin`: a CloudEvents envelope without the mail, which the receiver fetches by a link. `raw`: the mail itself as `message/rfc822`.',
    examples: ['thin'],
  },
  auth: {
    description: 'What the receiver requires besides the signature: a fixed header, or Basic authentication.',
    examples: [{ kind: 'header', header: 'x-api-key' }],
  },
  authKind: { description: '`header`: a fixed header. `basic`: a user name and a password.' },
  header: { description: 'The name of the fixed header.', examples: ['x-api-key'] },
  user: { description: 'The user name, without a colon.', examples: ['postmaster'] },
  authValue: {
    description:
      'Write-only: the value of the header, or the password. If you omit it in a change, the stored one is kept, unless `kind` or ' +
      'the host, port or scheme of `url` changes: Postmaster never sends a stored value to another server.',
    examples: ['correct horse battery staple'],
    writeOnly: true,
  },
  customCa: {
    description: 'PEM certificates that replace the public certificate authorities for this receiver.',
    examples: ['-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----\n'],
  },
  signingSecret: {
    description:
      'Write-only: `whsec_` and the base64 of 24 to 64 random bytes (Standard Webhooks). Required when a webhook is created. A new secret ' +
      'in a change replaces the stored one, which also signs for another 24 hours.',
    examples: ['whsec_cG9zdG1hc3RlciBleGFtcGxlIHNpZ25pbmcga2V5IQ=='],
    writeOnly: true,
  },
  previousSecretUntil: {
    description:
      'The time until which requests are also signed with the former signing secret. Absent if there is none.',
    examples: ['2026-03-03T09:00:00.000Z'],
    format: 'date-time',
  },
} as const
