import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bodyLimit } from '../../../../lib/messages/view/body/body-limit.ts'
import { readContents } from '../../../../lib/messages/view/message-contents.ts'
import { awkwardMessages } from '../../../mail-server/awkward-messages.ts'
import { alternative, html, image, messageWith, mixed, part, plain } from './body/parts.ts'
import { bytesOf, innerMail, mail, pieces, wholeMail } from './sample-mails.ts'

const never = new AbortController().signal
const read = async (bytes: Buffer, size?: number) => await readContents(pieces(bytes, size), never)
const textIn = async (charset: string, bytes: string, ...more: string[]) =>
  (await read(mail(`Content-Type: text/plain${charset && `; charset=${charset}`}`, ...more, '', bytes))).text?.content

describe('readContents with one part of each kind', () => {
  test.each([1, 7, 100_000])(
    'readContents reads the whole message, %i bytes at a time',
    async (size) => {
      const { header, text, html, attachments, incomplete } = await read(wholeMail, size)
      expect(incomplete).toBeUndefined()
      expect(header).toEqual({
        from: 'Jane Doe <jane@example.org>',
        to: 'support@example.com',
        subject: 'Printer on fire',
        date: '2026-03-02T08:09:51.000Z',
        messageIdHeader: '<1@example.org>',
      })
      expect(text).toEqual({ content: 'It burns 🔥, see the photo.', truncated: false })
      expect(html?.content).toContain('<p onclick="x()">It <b>burns</b>')
      expect(attachments).toEqual([
        {
          index: 1,
          name: 'fire.jpg',
          contentType: 'image/jpeg',
          size: 7,
          inline: true,
          contentId: 'photo1@example.org',
          isMessage: false,
        },
        { index: 2, name: 'attachment-2.ics', contentType: 'text/calendar', size: 30, inline: false, isMessage: false },
        {
          index: 3,
          name: 'attachment-3.eml',
          contentType: 'message/rfc822',
          size: innerMail.length,
          inline: false,
          isMessage: true,
        },
        expect.objectContaining({ index: 4, name: 'Rächnung.bin', size: 3000, inline: false }),
      ])
    },
    20_000,
  )
})

describe('readContents: the header', () => {
  test('readContents does not let a bare CR end a line, as in dispatching', async () => {
    const { header } = await read(mail('To: support@example.com', 'Subject: one\rTo: sales@example.com', '', 'words'))
    expect(header).toEqual({ to: 'support@example.com', subject: 'one To: sales@example.com' })
  })
})

describe('readContents: lines that end in CR CR LF', () => {
  const converted = (...lines: string[]) => Buffer.from(lines.map((line) => `${line}\r\r\n`).join(''))

  test('readContents shows the text of a mail whose lines end in CR CR LF', async () => {
    const { header, text } = await read(converted('To: support@example.com', 'Subject: a', '', 'one', '', 'two'))
    expect(header).toEqual({ to: 'support@example.com', subject: 'a' })
    expect(text?.content).toBe('one\n\ntwo\n')
  })

  test('readContents separates the parts of a mail whose lines end in CR CR LF', async () => {
    const bytes = converted(
      ...messageWith(mixed(html('<p>one</p>'), image))
        .toString('latin1')
        .split('\r\n'),
    )
    expect(await read(bytes)).toMatchObject({ text: { content: 'one' }, attachments: [{ contentType: 'image/png' }] })
  })
})

describe('readContents: charsets', () => {
  test.each([
    ['iso-2022-jp', '\x1b$B$3$s$K$A$O\x1b(B', 'こんにちは'],
    ['GB18030', '\xc4\xe3\xba\xc3\x94\x39\xfc\x36', '你好😀'],
    ['koi8-r', '\xf0\xd2\xc9\xd7\xc5\xd4', 'Привет'],
    ['windows-1251', '\xcf\xf0\xe8\xe2\xe5\xf2', 'Привет'],
    ['windows-1252', 'Gr\xfc\xdfe \x80', 'Grüße €'],
    ['windows-1257', '\xd0', 'Š'],
    ['iso-8859-15', '\xa4', '€'],
    ['utf-7', 'Gr+APwA3w-e +2D3eAA-', 'Grüße 😀'],
    ['UNICODE-1-1-UTF-7', '+IKw-', '€'],
    ['shift_jis', '\x82\xb1\x82\xf1', 'こん'],
    ['big5', '\xa7\x41', '你'],
    ['euc-kr', '\xb0\xa1', '가'],
    ['utf-16le', 'G\0\xfc\0', 'Gü'],
    ['utf-8', bytesOf('\ufeffÄ'), 'Ä'],
    ['', bytesOf('ÄÖ'), 'ÄÖ'],
    ['', 'Gr\xfc\xdfe', 'Grüße'],
    ['us-ascii', 'Gr\xfc\xdfe', 'Grüße'],
    ['x-no-such-charset', 'Gr\xfc\xdfe', 'Grüße'],
    ['"hex"', '41', '41'],
  ])('readContents decodes %s', async (charset, bytes, text) => {
    expect(await textIn(charset, bytes)).toBe(text)
  })

  test('readContents decodes quoted-printable, base64 and soft line breaks', async () => {
    expect(await textIn('koi8-r', '=F0=D2=\r\n=C9', 'Content-Transfer-Encoding: quoted-printable')).toBe('При')
    expect(await textIn('utf-7', 'K0lLdy0=', 'Content-Transfer-Encoding: base64')).toBe('€')
    expect(await textIn('utf-8; format=flowed', 'one \r\ntwo\r\n-- \r\nJane')).toBe('one two\n-- \nJane')
    expect(await textIn('utf-8; format=flowed; delsp=yes', 'on \r\ne')).toBe('one')
  })
})

describe('readContents: file names', () => {
  const names = async (...headers: string[]) =>
    (
      await read(
        mail('Content-Type: multipart/mixed; boundary=b', '', ...headers.flatMap((h) => ['--b', h, '', 'x']), '--b--'),
      )
    ).attachments.map(({ name }) => name)

  test('readContents decodes file names and makes them safe', async () => {
    const found = await names(
      'Content-Type: application/pdf; name="=?iso-8859-1?q?Gr=FC=DFe.pdf?="',
      "Content-Disposition: attachment; filename*=utf-8''..%2F..%2Fetc%2Fpasswd",
      'Content-Disposition: attachment; filename="..\\\\..\\\\boot.ini"',
      "Content-Disposition: attachment; filename*=utf-8''evil%E2%80%AEfdp.exe",
      'Content-Disposition: attachment; filename="CON.txt"',
      "Content-Disposition: attachment; filename*=utf-8''a%00%0Ab%1B%5B31m.txt",
      `Content-Disposition: attachment; filename="${'x'.repeat(300)}.docx"`,
      'Content-Disposition: attachment; filename="..."',
      `Content-Disposition: attachment; filename="${bytesOf('Übersicht.ods')}"`,
      'Content-Type: application/zip',
    )
    expect(found).toEqual([
      'Grüße.pdf',
      '_.._etc_passwd',
      '_.._boot.ini',
      'evilfdp.exe',
      '_CON.txt',
      'a b [31m.txt',
      `${'x'.repeat(60)}.docx`,
      expect.stringMatching(/^attachment-8\./),
      'Übersicht.ods',
      'attachment-10.zip',
    ])
  })
})

describe('readContents: body and attachments', () => {
  const parts = (...list: string[][]) =>
    mail('Content-Type: multipart/mixed; boundary=b', '', ...list.flatMap((lines) => ['--b', ...lines]), '--b--')

  test('readContents joins texts without a name, and lists named and attached ones as files', async () => {
    const { text, attachments } = await read(
      parts(
        ['Content-Type: text/plain', '', 'one'],
        ['Content-Type: text/plain; name=log.txt', 'Content-Disposition: inline', '', 'log'],
        ['Content-Type: text/plain', 'Content-Disposition: attachment', '', 'file'],
        ['', 'two'],
      ),
    )
    expect(text?.content).toBe('one\ntwo')
    expect(attachments.map(({ name }) => name)).toEqual(['log.txt', 'attachment-2.txt'])
  })

  test('readContents treats a named text as the body if it is the only one', async () => {
    const { html, attachments } = await read(mail('Content-Type: text/html; name=body.html', '', '<b>x'))
    expect({ html: html?.content, attachments }).toEqual({ html: '<b>x', attachments: [] })
  })

  test('readContents lists a delivery report as a file', async () => {
    const { attachments } = await read(parts(['Content-Type: message/delivery-status', '', 'Action: failed']))
    expect(attachments[0]).toMatchObject({ contentType: 'message/delivery-status', isMessage: false })
  })

  test('readContents reads a UTF-8 message inside a UTF-8 message (RFC 6532)', async () => {
    const { header, attachments } = await read(
      mail(bytesOf('Subject: Grüße'), 'Content-Type: message/global', '', bytesOf('Subject: innen'), '', 'x'),
    )
    expect(header.subject).toBe('Grüße')
    expect(attachments[0]).toMatchObject({ isMessage: true })
  })
})

describe('readContents: malformed MIME', () => {
  test('readContents shows parts that cannot be separated as they were sent', async () => {
    const broken = await read(mail('Content-Type: multipart/mixed; boundary=a', '', '--b', '', 'hello', '--b--'))
    expect(broken).toMatchObject({ incomplete: 'no-parts', text: { content: '--b\n\nhello\n--b--' }, attachments: [] })
  })

  test('readContents shows the content of an inner multipart whose parts cannot be separated', async () => {
    const inner = (type: string) => part(`multipart/${type}; boundary=wrong`, '--b\r\n\r\nhello\r\n--b--')
    const broken = await read(messageWith(mixed(plain('one'), inner('related'), plain('two'))))
    expect(broken).toMatchObject({ incomplete: 'no-parts', attachments: [] })
    expect(broken.text?.content).toBe('one\n--b\n\nhello\n--b--\ntwo')
    const beside = await read(messageWith(alternative(plain('one'), inner('related'))))
    expect(beside).toMatchObject({ incomplete: 'no-parts', text: { content: 'one' }, attachments: [{ index: 1 }] })
  })

  test('readContents ends a part without an end at the end of the message', async () => {
    const { attachments, incomplete } = await read(
      mail('Content-Type: multipart/mixed; boundary=a', '', '--a', 'Content-Type: image/png', '', 'PNG'),
    )
    expect(attachments).toMatchObject([{ size: 3 }])
    expect(incomplete).toBeUndefined()
  })

  test('readContents decodes the valid parts of broken base64', async () => {
    expect(await textIn('utf-8', 'aGVs$$bG8=\r\n!!!!\r\nIQ==', 'Content-Transfer-Encoding: base64')).toMatch(/^hello/)
  })

  test('readContents does not decode an unknown transfer encoding', async () => {
    expect(await textIn('utf-8', 'plain', 'Content-Transfer-Encoding: x-uuencode')).toBe('plain')
  })

  test('readContents shows the content before the limit of parts', async () => {
    const many = mail('Content-Type: multipart/mixed; boundary=a', '', ...Array(1500).fill('--a\r\n\r\nx'), '--a--')
    const { text, incomplete } = await read(many)
    expect(incomplete).toBe('too-complex')
    expect(text?.content).toMatch(/^x\nx\n/)
  })

  test('readContents reports an oversized header line, and thousands of nested multiparts', async () => {
    expect((await read(mail(`Subject: ${'x'.repeat(9_000_000)}`, '', 'b'), 65_536)).incomplete).toBe('too-complex')
    const nested = (depth: number) =>
      mail(
        ...Array.from({ length: depth }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}`),
        '',
        'deep',
      )
    expect((await read(nested(2_000), 65_536)).text?.content).toBe('deep')
    expect((await read(nested(5_000), 65_536)).incomplete).toBe('too-complex')
  })

  test('readContents returns a result for every malformed message of the mail server', async () => {
    const incomplete: Record<string, string> = {}
    for (const { name, bytes } of awkwardMessages()) {
      const contents = await read(bytes, 997)
      if (contents.incomplete) incomplete[name] = contents.incomplete
    }
    expect(incomplete).toEqual({ 'broken multipart': 'no-parts', '1,001 parts': 'too-complex' })
  })
})

describe('readContents: limits', () => {
  test('readContents cuts text at 1 MiB between two characters and skips the rest', async () => {
    const { text, attachments } = await read(
      mail(
        'Content-Type: multipart/mixed; boundary=a',
        '',
        '--a',
        'Content-Type: text/plain; charset=utf-8',
        '',
        `x${bytesOf('é').repeat(800_000)}`,
        '--a',
        'Content-Type: image/png',
        '',
        'PNG',
        '--a--',
      ),
      65_536,
    )
    expect(text?.truncated).toBe(true)
    // Two quotes, an x, and an é that does not fit.
    expect(Buffer.byteLength(text?.content ?? '')).toBe(bodyLimit - 3)
    expect(text?.content.endsWith('é')).toBe(true)
    expect(attachments).toHaveLength(1)
  })

  test('readContents counts control characters as six bytes each, as in JSON', async () => {
    const { text } = await read(mail('Content-Type: text/plain', '', '\x01'.repeat(1_000_000)), 65_536)
    expect(text?.truncated).toBe(true)
    const bytes = Buffer.byteLength(JSON.stringify(text?.content))
    expect(bytes).toBeLessThanOrEqual(bodyLimit)
    expect(bytes).toBeGreaterThan(bodyLimit - 10)
  })

  test('readContents ends at the signal even if the source is silent, and returns the content read until then', async () => {
    const timeLimit = new AbortController()
    async function* silent() {
      yield mail(
        'Content-Type: multipart/mixed; boundary=a',
        '',
        '--a',
        '',
        'one\r\n'.repeat(50_000),
        '--a',
        '',
        'two',
        '',
      )
      // The reader asks for more. How long it needs to get here depends on the machine.
      setTimeout(() => timeLimit.abort(new DOMException('too slow', 'TimeoutError')), 200)
      await new Promise(() => undefined)
    }
    const { text, incomplete } = await readContents(silent(), timeLimit.signal)
    expect(incomplete).toBe('too-slow')
    expect(text?.content).toMatch(/^one\none\n/)
  })

  test('readContents passes errors of the source on unchanged', async () => {
    const broken = new Error('connection lost')
    async function* source() {
      yield mail('Content-Type: multipart/mixed; boundary=a', '', '--a', '', 'one')
      throw broken
    }
    await expect(readContents(source(), never)).rejects.toBe(broken)
  })
})

const fragment = fc.oneof(
  fc.constantFrom(
    '\r\n',
    '\n',
    '\r\n\r\n',
    '--a',
    '--a--',
    '--b',
    'Content-Type: multipart/mixed; boundary=a\r\n',
    'Content-Type: multipart/alternative; boundary="b"\r\n',
    'Content-Type: message/rfc822\r\n',
    'Content-Type: text/html; charset=utf-7\r\n',
    'Content-Type: text/plain; charset=iso-2022-jp; format=flowed\r\n',
    'Content-Transfer-Encoding: base64\r\n',
    'Content-Transfer-Encoding: quoted-printable\r\n',
    "Content-Disposition: attachment; filename*0*=utf-8''%\r\n",
    'Subject: =?utf-8?B?',
    '=\r\n',
    '+ADw-',
    '\x1b$B',
  ),
  fc.string({ maxLength: 20 }),
)

test('readContents handles any bytes in time, with printable results where promised', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fragment, { maxLength: 60 }), fc.integer({ min: 1, max: 500 }), async (parts, size) => {
      const bytes = Buffer.from(parts.join(''), 'latin1')
      const before = Buffer.from(bytes)
      const { attachments, incomplete } = await readContents(pieces(bytes, size), AbortSignal.timeout(10_000))
      expect(incomplete).not.toBe('too-slow')
      expect(bytes.equals(before)).toBe(true)
      for (const { name, contentType } of attachments) {
        expect(name).toMatch(/^[^\p{Cc}\\/]{1,80}$/u)
        expect(contentType).toMatch(/^[\x21-\x7e]+\/[\x21-\x7e]+$/)
      }
    }),
    { numRuns: 300 },
  )
})
