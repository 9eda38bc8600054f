import { randomUUID } from 'node:crypto'

interface Letter {
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly body: string
  readonly headers?: readonly string[]
}

const mail = ({ from, to, subject, body, headers = [] }: Letter): Buffer =>
  Buffer.from(
    [
      ...headers,
      `From: ${from}`,
      `To: ${to}`,
      `Subject: ${subject}`,
      `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
      `Message-ID: <${randomUUID()}@example.org>`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      body,
      '',
    ].join('\r\n'),
  )

const ann = 'Ann Example <ann@example.org>'
const joerg = '=?utf-8?Q?J=C3=B6rg?= Beispiel <joerg@example.org>'

/**
 * The contents of each sample mailbox, oldest first. Every start creates new messages with new Message-IDs and dates.
 */
export const sampleMail: Readonly<Record<string, () => Buffer[]>> = {
  support: () => [
    mail({
      from: ann,
      to: 'support@example.com',
      subject: 'Printer on fire',
      body: 'It is the one on the third floor.',
    }),
    mail({
      from: joerg,
      to: 'Support <SUPPORT@Example.com>',
      subject: '=?utf-8?Q?Gr=C3=BC=C3=9Fe?=',
      body: 'Schöne Grüße!',
    }),
    mail({
      from: ann,
      to: 'hello@example.com, sales@example.com',
      subject: 'A quote, please',
      body: 'For 200 chairs.',
    }),
    mail({
      from: joerg,
      to: 'info@example.com',
      subject: 'To an unknown address',
      body: 'No system address matches this one.',
    }),
    mail({
      from: ann,
      to: 'desk@example.com',
      subject: 'Copied',
      body: 'See Cc.',
      headers: ['Cc: billing@example.com'],
    }),
    Buffer.concat([
      mail({ from: ann, to: 'support@example.com', subject: 'A large attachment', body: '' }),
      Buffer.alloc(3 * 1024 * 1024, 'QUJD\r\n'),
    ]),
  ],
  sales: () => [
    mail({ from: ann, to: 'support@example.com', subject: 'Goes to Sales anyway', body: 'The account says so.' }),
    mail({ from: joerg, to: 'sales@example.com', subject: 'Order 4711', body: 'Two dozen.' }),
    mail({ from: joerg, to: 'sales@example.com', subject: '.', body: '.\r\n..\r\nLines of dots survive.' }),
  ],
  monitoring: () => [
    mail({
      from: 'monitor@example.com',
      to: 'ops@example.com',
      subject: 'Disk 91 % full',
      body: 'host db1',
      headers: ['X-OTOBO-Queue: Support', 'X-OTOBO-Priority: 4 high'],
    }),
    mail({
      from: 'monitor@example.com',
      to: 'ops@example.com',
      subject: 'OK again',
      body: 'host db1',
      headers: ['X-OTOBO-Ignore: yes'],
    }),
    mail({
      from: 'monitor@example.com',
      to: 'support@example.com',
      subject: 'Names an unknown queue',
      body: 'host db2',
      headers: ['X-OTOBO-Queue: Nowhere', 'Auto-Submitted: auto-generated'],
    }),
  ],
  billing: () => [
    mail({ from: ann, to: 'billing@example.com', subject: 'Invoice 12', body: 'Please find attached nothing.' }),
    mail({
      from: 'mallory@example.net',
      to: 'billing@example.com',
      subject: 'Let me choose my queue',
      body: 'No.',
      headers: ['X-OTOBO-Queue: Sales'],
    }),
  ],
  archive: () => [
    mail({ from: ann, to: 'support@example.com', subject: 'Keep me', body: 'I stay on the server.' }),
    mail({ from: joerg, to: 'sales@example.com', subject: 'Keep me too', body: 'So do I.' }),
  ],
  legacy: () => [
    Buffer.from(
      'From: old@example.org\nTo: support@example.com\nSubject: Gr\xfc\xdfe in Latin-1\n\nBare line feeds, no final newline',
      'latin1',
    ),
    Buffer.from('\0\0\0this is not an email, but it is kept anyway\r\n'),
  ],
  'desk@example.com': () => [
    mail({ from: ann, to: 'support@example.com', subject: 'Fetched with a token', body: 'No password was stored.' }),
    mail({ from: joerg, to: 'billing@example.com', subject: 'Invoice 13', body: 'It is due on Friday.' }),
  ],
}
