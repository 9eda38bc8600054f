import { entity, lines, messageOf, multipart, multipartBody, pdf, plain, writtenEntity } from '../message.ts'
import type { Row, Shown } from '../shown.ts'

const raw = (name: string, source: string, text: string, shows: Shown): Row => ({
  name,
  bytes: Buffer.from(text, 'latin1'),
  shows,
  source,
})

const bareCr = 'RFC 5322 section 2.2: only CRLF ends a line'
const header = lines('From: writer@example.net', 'To: support@example.com', 'Subject: Case')
const inner = plain('Inner words', 'From: joe@example.org', 'Subject: Inner')
const asMessage = { type: 'message/rfc822', isMessage: true, text: 'Inner words' }

/** Messages whose trait cannot be combined with others. */
export const specialRows: readonly Row[] = [
  raw('a message of an old Macintosh', bareCr, `${header}\r\n\r\nSome words\r\n`.replaceAll('\r\n', '\r'), {
    subject: 'Case',
    queue: 'Support',
    text: 'Some words',
  }),
  {
    ...raw(
      'a bare CR in the subject',
      bareCr,
      lines('To: support@example.com', 'Subject: one\rTo: sales@example.com', '', 'Words'),
      {
        subject: 'one To: sales@example.com',
        to: 'support@example.com',
        queue: 'Support',
      },
    ),
  },
  raw(
    'a bare CR before a recipient',
    bareCr,
    lines('Subject: one\rTo: sales@example.com', 'Cc: support@example.com', '', 'Words'),
    {
      queue: 'Support',
    },
  ),
  {
    ...raw(
      'two bare CRs in the subject',
      bareCr,
      lines('Subject: one\r\rtwo', 'To: support@example.com', '', 'Words'),
      {
        subject: 'one two',
        queue: 'Support',
        text: 'Words',
      },
    ),
  },
  raw('a loop header after a bare CR', bareCr, lines(header, 'X-Note: one\rX-OTOBO-Loop: yes', '', 'Words'), {
    queue: 'Support',
    loop: true,
  }),
  raw('a header without a body', 'RFC 5322 section 2.1', `${header}\r\n`, { subject: 'Case', queue: 'Support' }),
  raw('a header without its last line end', 'RFC 5322 section 2.1', header, { subject: 'Case', queue: 'Support' }),
  raw('header lines in the body', 'RFC 5322 section 2.1', lines(header, '', 'To: sales@example.com', '', 'Words'), {
    queue: 'Support',
    text: 'To: sales@example.com Words',
  }),
  raw('a repeated subject', 'docs/reading-messages.md', lines(header, 'Subject: Second', '', 'Words'), {
    subject: 'Case',
  }),
  {
    name: 'a digest of two messages',
    bytes: messageOf(
      {},
      multipart('digest', 'd', { header: [], body: writtenEntity(inner) }, { header: [], body: writtenEntity(inner) }),
    ),
    shows: { text: null, files: [asMessage, asMessage] },
    source: 'RFC 2046 section 5.1.5',
  },
  {
    name: 'a digest that declares the type of a part',
    bytes: messageOf({}, multipart('digest', 'd', plain('Contents'), { header: [], body: writtenEntity(inner) })),
    shows: { text: 'Contents', files: [asMessage] },
    source: 'RFC 2046 section 5.1.5',
  },
  {
    name: 'a message that is only a file',
    bytes: messageOf({}, pdf()),
    shows: { text: null, html: null, files: [{ name: 'plan.pdf', type: 'application/pdf', bytes: 'PDF' }] },
    source: 'RFC 2183',
  },
  {
    name: 'a message that is only a named text',
    bytes: messageOf({}, entity('text/plain; name=body.txt', 'Some words')),
    shows: { text: 'Some words', files: [] },
    source: 'RFC 8621 section 4.1.4: the first part',
  },
  {
    name: 'a named text that is the first part',
    bytes: messageOf({}, multipart('mixed', 'm', entity('text/plain; name=body.txt', 'Some words'), pdf())),
    shows: { text: 'Some words', files: [{ name: 'plan.pdf' }] },
    source: 'RFC 8621 section 4.1.4: the first part',
  },
  {
    name: 'an encrypted message',
    bytes: messageOf(
      {},
      entity(
        'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=e',
        multipartBody(
          'e',
          entity('application/pgp-encrypted', 'Version: 1'),
          entity('application/octet-stream; name="encrypted.asc"', 'PGP'),
        ),
      ),
    ),
    shows: {
      text: null,
      html: null,
      files: [{ type: 'application/pgp-encrypted' }, { name: 'encrypted.asc', bytes: 'PGP' }],
    },
    source: 'RFC 1847 section 2.2',
  },
  {
    name: 'an uuencoded file',
    bytes: messageOf(
      {},
      multipart(
        'mixed',
        'm',
        plain('Some words'),
        entity(
          'application/octet-stream; name="cat.txt"',
          lines('begin 644 cat.txt', '#0V%T', '`', 'end'),
          'Content-Transfer-Encoding: X-UUencode',
        ),
      ),
    ),
    shows: { text: 'Some words', files: [{ name: 'cat.txt', bytes: 'Cat' }] },
    source: 'POSIX uuencode',
  },
  {
    name: 'two plain alternatives',
    bytes: messageOf({}, multipart('alternative', 'a', plain('Poor'), plain('Rich'))),
    shows: { text: 'Rich', html: null, files: [] },
    source: 'RFC 2046 section 5.1.4: the last one is the best',
  },
  {
    name: 'two HTML alternatives',
    bytes: messageOf({}, multipart('alternative', 'a', entity('text/html', '<p>Poor'), entity('text/html', '<p>Rich'))),
    shows: { text: 'Rich', html: 'Rich', files: [] },
    source: 'RFC 2046 section 5.1.4: the last one is the best',
  },
  {
    name: 'enriched text beside plain text',
    bytes: messageOf({}, multipart('alternative', 'a', plain('Plain'), entity('text/enriched', '<bold>Rich</bold>'))),
    shows: { text: 'Plain', html: null },
    source: 'RFC 1896, RFC 8621 section 4.1.4',
  },
]
