/** Messages that break fetchers, parsers and dispatchers: valid and invalid ones, each named after its peculiarity. */

export interface AwkwardMessage {
  readonly name: string
  readonly bytes: Buffer
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

const boundary = 'awkward'
const parts = (count: number): string =>
  Array.from({ length: count }, (_, index) => `--${boundary}\r\n\r\npart ${index}\r\n`).join('')

/** `to` is the To address of all messages that have one in their header. */
export function awkwardMessages(to = 'support@example.com'): AwkwardMessage[] {
  const header = (name: string, ...more: string[]): string =>
    [
      'From: sender@example.net',
      `To: ${to}`,
      `Subject: ${name}`,
      `Message-ID: <${name.replaceAll(' ', '-')}@example.net>`,
    ]
      .concat(more)
      .map((line) => `${line}\r\n`)
      .join('')
  const message = (name: string, body: string | Buffer, ...more: string[]): AwkwardMessage => ({
    name,
    bytes: Buffer.concat([latin1(`${header(name, ...more)}\r\n`), typeof body === 'string' ? latin1(body) : body]),
  })
  const raw = (name: string, text: string | Buffer): AwkwardMessage => ({
    name,
    bytes: typeof text === 'string' ? latin1(text) : text,
  })
  const everyByte = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256))

  return [
    message('8-bit latin1 body', 'Gr\xfc\xdfe aus K\xf6ln\r\n', 'Content-Type: text/plain; charset=iso-8859-1'),
    message('8-bit utf-8 body', Buffer.from('Grüße 😀 日本\r\n'), 'Content-Type: text/plain; charset=utf-8'),
    message('lines that begin with dots', '.one\r\n..two\r\n...three\r\nnot.this\r\n.\r\n'),
    message('lone dots', 'before\r\n.\r\nbetween\r\n.\r\n..\r\n.\r\n'),
    message('ends with a lone dot', 'text\r\n.\r\n'),
    message('ends with a dot and no newline', 'text\r\n.'),
    message('dots before line ends', 'sentence.\r\nother.\r\n.\r\n'.repeat(50)),
    message('NUL bytes', 'a\0b\0\0c\r\n\0\r\n'),
    message('every byte value', everyByte),
    raw('bare LF', `${header('bare LF').replaceAll('\r\n', '\n')}\nfirst\nsecond\n.\n..\n.x\n`),
    message('bare LF before dots', 'a\n.\r\nb\n.\n.\r\nc\r\n'),
    message('bare CR', 'one\rtwo\r\rthree\r\r\nfour\r'),
    message('mixed line ends', 'crlf\r\nlf\ncr\rcrcrlf\r\r\nend\r\n'),
    message('no final newline', 'the end'),
    message('empty body', ''),
    message('only blank lines', '\r\n\r\n\r\n'),
    raw('header only', header('header only')),
    raw('header only without newline', header('header only without newline').trimEnd()),
    raw('no header at all', 'just some text\r\nand a second line\r\n'),
    raw('no header but a body', '\r\nbody after an empty header\r\n'),
    raw('one byte', 'x'),
    raw('only a line end', '\r\n'),
    message('line of 5,000 characters', `${'x'.repeat(5000)}\r\nshort\r\n`),
    message('line of 100,000 characters', `${'y'.repeat(100_000)}\r\n`),
    message(
      'long header',
      'text\r\n',
      `References: ${Array.from({ length: 2000 }, (_, i) => `<r${i}@example.net>`).join('\r\n ')}`,
    ),
    message('header value of 5,000 characters', 'text\r\n', `X-Long: ${'z'.repeat(5000)}`),
    message('folded header', 'text\r\n', 'X-Folded: one\r\n two\r\n\tthree\r\n  ', 'X-After: yes'),
    message('folded header with CR', 'text\r\n', 'X-Folded: one\r two\r\r three', 'X-After: yes'),
    message('control header behind a bare CR', 'text\r\n', 'X-Harmless: value\rX-OTOBO-Queue: Junk'),
    message('control header behind a bare LF', 'text\r\n', 'X-Harmless: value\nX-OTOBO-Queue: Junk'),
    message(
      'control headers',
      'text\r\n',
      'X-OTOBO-Queue: Postmaster',
      'x-otobo-priority: 5 very high',
      'X-OTOBO-TicketKey1:\r\n folded',
    ),
    message('told to be ignored', 'text\r\n', 'X-OTOBO-Ignore: yes'),
    message('header line without a colon', 'text\r\n', 'this is not a header line', 'X-After: yes'),
    message('space before the colon', 'text\r\n', 'X-Spaced : value'),
    message('ISO-2022-JP header', 'text\r\n', 'X-Subject: =?ISO-2022-JP?B?GyRCRnxLXDhsGyhC?='),
    message('raw ISO-2022-JP header', 'text\r\n', 'X-Subject: \x1b$BF|K\\8l\x1b(B'),
    message('encoded UTF-8 header', 'text\r\n', 'X-Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe_?=\r\n =?utf-8?B?8J+YgA==?='),
    message('encoded latin1 header', 'text\r\n', 'X-Subject: =?iso-8859-1?Q?Gr=FC=DFe?='),
    message('raw latin1 header', 'text\r\n', 'X-Subject: Gr\xfc\xdfe'),
    raw(
      'raw UTF-8 header',
      Buffer.from(`From: Jürgen <j@example.net>\r\nTo: Größe <${to}>\r\nSubject: Grüße\r\n\r\ntext\r\n`),
    ),
    raw(
      'encoded comma in To',
      `From: a@example.net\r\nTo: =?utf-8?Q?Doe=2C_Jane?= <${to}>\r\nSubject: comma\r\n\r\ntext\r\n`,
    ),
    raw(
      'encoded address in To',
      `From: a@example.net\r\nTo: =?utf-8?Q?x=40evil.example=2C?= <${to}>\r\nSubject: address\r\n\r\ntext\r\n`,
    ),
    raw(
      'quoted comma in To',
      `From: a@example.net\r\nTo: "Doe, Jane" <${to}>, other@example.org\r\nSubject: comma\r\n\r\ntext\r\n`,
    ),
    raw('group in To', `From: a@example.net\r\nTo: Team: first@example.org, ${to};\r\nSubject: group\r\n\r\ntext\r\n`),
    raw('two To headers', `From: a@example.net\r\nTo: first@example.org\r\nTo: ${to}\r\nSubject: two\r\n\r\ntext\r\n`),
    raw('address in upper case', `From: a@example.net\r\nTo: ${to.toUpperCase()}\r\nSubject: case\r\n\r\ntext\r\n`),
    raw('no To', 'From: a@example.net\r\nSubject: no recipient\r\n\r\ntext\r\n'),
    raw('empty To', 'From: a@example.net\r\nTo:\r\nSubject: empty recipient\r\n\r\ntext\r\n'),
    raw(
      'mbox From line',
      `From sender@example.net Mon Jan  5 08:00:00 2026\r\nTo: ${to}\r\nSubject: mbox\r\n\r\ntext\r\n`,
    ),
    message('automatic answer', 'text\r\n', 'Auto-Submitted: auto-replied', 'Precedence: bulk'),
    message('looped', 'text\r\n', 'X-Loop: support@example.com'),
    message('broken multipart', '--other\r\n\r\nno such boundary', 'Content-Type: multipart/mixed; boundary=awkward'),
    message('1,001 parts', `${parts(1001)}--${boundary}--\r\n`, `Content-Type: multipart/mixed; boundary=${boundary}`),
    message('wrong base64', '!!!not base64!!!\r\n', 'Content-Transfer-Encoding: base64'),
    message('looks like IMAP', '* 1 FETCH (UID 1 BODY[] {5}\r\nhello)\r\na1 OK done\r\n'),
    message('looks like POP3', '+OK\r\n-ERR no\r\n.\r\n+OK 2 messages\r\n'),
  ]
}
