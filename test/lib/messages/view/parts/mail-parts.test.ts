import libmime from 'libmime'
import { describe, expect, test, vi } from 'vitest'
import { headerBlockOf } from '../../../../../lib/messages/header/header-fields.ts'
import { type MailPart, mailParts } from '../../../../../lib/messages/view/parts/mail-parts.ts'
import { bytesOf, mail, pieces } from '../sample-mails.ts'

const never = new AbortController().signal

const contentOf = async ({ content }: MailPart): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of content) chunks.push(chunk)
  return Buffer.concat(chunks).toString('latin1')
}

const partsOf = async (bytes: Buffer, size = 1024) => {
  const parts: (Omit<MailPart, 'content'> & { readonly content: string })[] = []
  for await (const part of mailParts(pieces(bytes, size), never)) {
    parts.push({ ...part, content: await contentOf(part) })
  }
  return parts
}

const onlyPart = async (...lines: string[]) => {
  const [part, ...others] = await partsOf(mail(...lines))
  expect(others).toEqual([])
  return part
}

const typesOf = async (bytes: Buffer) => (await partsOf(bytes)).map(({ contentType }) => contentType)

/** A multipart. Each part is a list of lines. */
const multipart = (type: string, boundary: string, ...parts: string[][]): string[] => [
  `Content-Type: ${type}; boundary="${boundary}"`,
  '',
  ...parts.flatMap((lines) => [`--${boundary}`, ...lines]),
  `--${boundary}--`,
]

describe('mailParts: the declared type', () => {
  test.each([
    ['no Content-Type', [], 'text/plain'],
    ['an empty Content-Type', ['Content-Type: '], 'text/plain'],
    ['upper case', ['Content-Type: TEXT/HTML'], 'text/html'],
    ['a type without a subtype', ['Content-Type: text'], 'text/plain'],
    ['no semicolon', ['Content-Type: text/html charset=utf-8'], 'text/html'],
    ['a comma', ['Content-Type: text/html, charset=utf-8'], 'text/html'],
    ['blanks around the slash', ['Content-Type: text / html; charset=utf-8'], 'text/html'],
    ['a comment', ['Content-Type: text/html (the page); charset=utf-8'], 'text/html'],
    ['a folded field', ['Content-Type:', ' text/html;', '\tcharset=utf-8'], 'text/html'],
    ['a blank before the colon', ['Content-Type : text/html'], 'text/html'],
    ['two types', ['Content-Type: text/html', 'Content-Type: image/png'], 'text/html'],
    [
      'octet-stream with a name that suggests a type',
      ['Content-Type: application/octet-stream; name="a.html"'],
      'application/octet-stream',
    ],
    ['only a name that suggests a type', ['Content-Disposition: inline; filename="a.html"'], 'text/plain'],
    [
      'an attachment without a type',
      ['Content-Disposition: attachment; filename="a.html"'],
      'application/octet-stream',
    ],
    ['plain text with a name that suggests another type', ['Content-Type: text/plain; name="a.pdf"'], 'text/plain'],
    ['an embedded message', ['Content-Type: message/rfc822'], 'message/rfc822'],
  ])('mailParts returns the declared type: %s', async (_name, fields, type) => {
    expect((await onlyPart(...fields, '', 'words'))?.contentType).toBe(type)
    expect(await typesOf(mail(...multipart('multipart/mixed', 'b', [...fields, '', 'words'])))).toEqual([type])
  })

  test('mailParts reads parameters, disposition, file name and Content-ID from the raw fields', async () => {
    expect(
      await onlyPart(
        'Content-Type: application/PDF; name="wrong.pdf"; Charset=KOI8-R',
        'Content-Disposition: ATTACHMENT;',
        " filename*0*=us-ascii''%28X%29%20801%20;",
        ' filename*1*=%20%E2%80%93%20Y%20;',
        ' filename*2*=Z%2Epdf',
        'Content-ID:  < photo@example.org > ',
        '',
        'x',
      ),
    ).toMatchObject({
      contentType: 'application/pdf',
      parameters: { charset: 'KOI8-R' },
      disposition: 'attachment',
      fileName: '(X) 801  – Y Z.pdf',
      contentId: 'photo@example.org',
    })
  })

  test('mailParts reads file names in the charset of their bytes', async () => {
    const names = await Promise.all(
      [
        `Content-Type: image/png; name="${bytesOf('Grüße.png')}"`,
        'Content-Type: image/png; name="Gr\xfc\xdfe.png"',
        'Content-Type: image/png; name="=?iso-8859-1?Q?Gr=FC=DFe.png?="',
        "Content-Disposition: inline; filename*=iso-8859-1'de'Gr%FC%DFe.png",
      ].map(async (field) => (await onlyPart(field, '', 'x'))?.fileName),
    )
    expect(names).toEqual(Array(4).fill('Grüße.png'))
  })
})

describe('mailParts: the MIME tree', () => {
  test.each([
    ['as in the RFC', 'multipart/mixed; boundary=b'],
    ['quoted', 'multipart/mixed; boundary="b"'],
    ['in upper case', 'MULTIPART/MIXED; BOUNDARY=b'],
    ['without a semicolon', 'multipart/mixed boundary=b'],
    ['with a comma', 'multipart/mixed, boundary=b'],
    ['with blanks around the slash', 'multipart / mixed; boundary=b'],
    ['with a comment', 'multipart/mixed (parts); boundary=b (the line)'],
    ['with a blank at the end of the boundary', 'multipart/mixed; boundary="b "'],
    ['without a subtype', 'multipart; boundary=b'],
    ['with an unknown subtype', 'multipart/x-unknown; boundary=b'],
  ])('mailParts separates the parts of a multipart %s', async (_name, type) => {
    const lines = [`Content-Type: ${type}`, '', '--b', '', 'one', '--b', 'Content-Type: text/html', '', 'two', '--b--']
    const expected = [
      ['text/plain', 'one'],
      ['text/html', 'two'],
    ]
    const found = async (bytes: Buffer) =>
      (await partsOf(bytes)).map(({ contentType, content }) => [contentType, content])
    expect(await found(mail(...lines))).toEqual(expected)
    expect(await found(mail(...multipart('multipart/mixed', 'outer', lines)))).toEqual(expected)
  })

  test.each(['=?utf-8?Q?abc?=', "a'b()+_,-./:=?", 'a"b', 'a\\b', '%41', 'a  b', 'Gr\xfc\xdfe', bytesOf('Grüße')])(
    'mailParts separates parts by the boundary %j',
    async (boundary) => {
      const quoted = boundary.replace(/["\\]/g, '\\$&')
      const bytes = mail(
        `Content-Type: multipart/mixed; boundary="${quoted}"`,
        '',
        `--${boundary}`,
        '',
        'one',
        `--${boundary}--`,
      )
      expect((await partsOf(bytes)).map(({ content }) => content)).toEqual(['one'])
    },
  )

  test('mailParts lists the multiparts around a leaf, with one object for each', async () => {
    const parts = await partsOf(
      mail(
        ...multipart(
          'multipart/mixed',
          'm',
          multipart(
            'Multipart/Alternative',
            'a',
            ['', 'plain'],
            multipart(
              'multipart/related',
              'r',
              ['Content-Type: text/html', '', 'html'],
              ['Content-Type: image/png', '', 'png'],
            ),
          ),
          ['', 'footer'],
          multipart('multipart/alternative', 'c', ['', 'other']),
        ),
      ),
    )
    expect(
      parts.map(({ content, position, containers }) => [
        content,
        position,
        containers.map((container) => `${container.contentType} ${container.position}`).join(', '),
      ]),
    ).toEqual([
      ['plain', 0, 'multipart/mixed 0, multipart/alternative 0'],
      ['html', 0, 'multipart/mixed 0, multipart/alternative 0, multipart/related 1'],
      ['png', 1, 'multipart/mixed 0, multipart/alternative 0, multipart/related 1'],
      ['footer', 1, 'multipart/mixed 0'],
      ['other', 0, 'multipart/mixed 0, multipart/alternative 2'],
    ])
    const [plain, html, png, footer, other] = parts.map(({ containers }) => containers)
    expect(new Set([plain?.[0], html?.[0], png?.[0], footer?.[0], other?.[0]]).size).toBe(1)
    expect(html?.[1]).toBe(plain?.[1])
    expect(png?.[2]).toBe(html?.[2])
    expect(other?.[1]).not.toBe(plain?.[1])
  })

  test('mailParts returns a message without parts as one leaf', async () => {
    expect(await onlyPart('Subject: a', '', 'words')).toMatchObject({ position: 0, containers: [], content: 'words' })
    expect(await onlyPart('Subject: a')).toMatchObject({ contentType: 'text/plain', content: '' })
  })

  test('mailParts treats the parts of a digest that have no type as messages (RFC 2046 section 5.1.5)', async () => {
    const inner = ['From: a@example.net', 'Subject: first', '', 'body']
    const digest = multipart(
      'multipart/digest',
      'd',
      ['', ...inner],
      ['Content-Disposition: inline', '', ...inner],
      ['Content-Type: text/plain', '', 'table of contents'],
      multipart('multipart/mixed', 'm', ['', 'nested']),
    )
    const expected = ['message/rfc822', 'message/rfc822', 'text/plain', 'text/plain']
    expect(await typesOf(mail(...digest))).toEqual(expected)
    const [first] = await partsOf(mail(...multipart('multipart/mixed', 'outer', digest)))
    expect(first).toMatchObject({ contentType: 'message/rfc822', content: inner.join('\r\n') })
  })

  test.each([
    ['has no boundary', 'multipart/related', ['words', 'more']],
    ['has a wrong boundary', 'multipart/related; boundary=a', ['--b', '', 'words', '--b--']],
    ['ends before its first part', 'multipart/related; boundary=a', ['words', '--a--', 'more']],
    ['has an unknown subtype and no parts', 'multipart/x-unknown; boundary=a', ['words']],
  ])('mailParts returns the content of a multipart that %s as one part', async (_name, type, content) => {
    const inner = [`Content-Type: ${type}`, '', ...content]
    const text = content.filter((line) => line !== '--a--').join('\r\n')
    const unseparated = { contentType: 'text/plain', content: text, unseparated: true }
    for (const size of [1, 7, 1_000]) {
      expect(await partsOf(mail(...inner), size)).toMatchObject([{ ...unseparated, position: 0, containers: [] }])
      for (const [before, after] of [
        [[], []],
        [[['', 'one']], [['', 'two']]],
        [[inner], []],
      ]) {
        const outer = multipart('multipart/mixed', 'outer', ...(before ?? []), inner, ...(after ?? []))
        const parts = await partsOf(mail(...outer, 'epilogue'), size)
        expect(parts.map((part) => part.content)).toEqual(
          [...(before ?? []), inner, ...(after ?? [])].map((lines) => (lines === inner ? text : lines[1])),
        )
        const [found] = parts.filter((part) => part.unseparated)
        expect(found).toMatchObject({ ...unseparated, containers: [{ contentType: 'multipart/mixed' }] })
      }
    }
  })

  test('mailParts returns nothing for a multipart without parts or words', async () => {
    for (const content of [[], [''], ['--a--'], ['', ' ', '--a--', '']]) {
      const inner = ['Content-Type: multipart/mixed; boundary=a', '', ...content]
      expect(await partsOf(mail(...inner))).toEqual([])
      expect((await partsOf(mail(...multipart('multipart/mixed', 'b', inner, ['', 'x'])))).length).toBe(1)
    }
  })

  test('mailParts keeps at most 256 KiB of all content that it cannot separate', async () => {
    const inner = ['Content-Type: multipart/mixed; boundary=a', '', ...Array(2_000).fill('x'.repeat(98))]
    const parts = await partsOf(mail(...multipart('multipart/mixed', 'b', inner, inner, inner)), 65_536)
    const kept = parts.reduce((sum, { content }) => sum + content.length, 0)
    expect(kept).toBeGreaterThan(255 * 1024)
    expect(kept).toBeLessThanOrEqual(256 * 1024)
  })

  test('mailParts returns a part that has only a header as an empty part', async () => {
    const parts = await partsOf(
      mail(
        ...multipart('multipart/mixed', 'b', ['Content-Type: image/png'], ['', 'words'], ['Content-Type: image/gif']),
      ),
    )
    expect(parts.map(({ contentType, content, position }) => [contentType, content, position])).toEqual([
      ['image/png', '', 0],
      ['text/plain', 'words', 1],
      ['image/gif', '', 2],
    ])
  })

  test('mailParts ends an unclosed multipart at the boundary of an outer one', async () => {
    const parts = await partsOf(
      mail(
        ...multipart(
          'multipart/mixed',
          'outer',
          ['Content-Type: multipart/alternative; boundary=inner', '', '--inner', '', 'one'],
          ['', 'two'],
        ),
      ),
    )
    expect(parts.map(({ content, containers }) => [content, containers.length])).toEqual([
      ['one', 2],
      ['two', 1],
    ])
  })
})

describe('mailParts: transfer encodings', () => {
  const decoded = async (encoding: string, ...content: string[]) =>
    (await onlyPart(`Content-Transfer-Encoding: ${encoding}`, '', ...content))?.content

  test.each([
    'base64',
    'BASE64',
    ' base64 ',
    'base64;',
    'base64 (RFC 2045)',
    '(see RFC 2045) base64',
    'base64, base64',
    '"base64"',
  ])('mailParts decodes base64 that is declared as %j', async (encoding) => {
    expect(await decoded(encoding, 'aGVs', 'bG8=')).toBe('hello')
  })

  test.each([
    ['blanks and empty lines', ['aG Vs', '', '\tbG8=']],
    ['no padding', ['aGVsbG8']],
    ['too much padding', ['aGVsbG8====']],
    ['padding in the middle', ['aGU=', 'bGxv']],
    ['foreign characters', ['aGVs-$*bG8=', '!!']],
    ['8-bit characters', ['aGVs\xff\xe4bG8=']],
    ['bare LF and CR', ['aG\nVs\rbG8=']],
  ])('mailParts decodes base64 with %s', async (_name, content) => {
    expect(await decoded('base64', ...content)).toBe('hello')
  })

  test.each([
    ['=48=65llo', 'Hello'],
    ['=e4=E4', '\xe4\xe4'],
    ['Hel=\r\nlo', 'Hello'],
    ['Hel=  \t\r\nlo', 'Hello'],
    ['Hel=\nlo', 'Hello'],
    ['Hello  \t\r\nyou', 'Hello\r\nyou'],
    ['1 + 1 = 2, =ZZ', '1 + 1 = 2, =ZZ'],
    ['Hello=', 'Hello'],
    ['Gr\xfc\xdfe', 'Gr\xfc\xdfe'],
  ])('mailParts decodes the quoted-printable text %j', async (content, text) => {
    expect(await decoded('Quoted-Printable', content)).toBe(text)
  })

  test.each(['7bit', '8bit ', 'BINARY', '', 'x-unknown', 'none', 'utf-8', '8 bit'])(
    'mailParts leaves the content of the encoding %j as it is',
    async (encoding) => {
      expect(await decoded(encoding, 'aGVs=41\xff', 'b')).toBe('aGVs=41\xff\r\nb')
    },
  )

  test('mailParts decodes the transfer encoding of an embedded message', async () => {
    const inner = 'Subject: a\r\n\r\nb'
    expect(
      await onlyPart('Content-Type: message/rfc822', 'Content-Transfer-Encoding: base64', '', btoa(inner)),
    ).toMatchObject({ content: inner })
  })
})

describe('mailParts: where the header ends', () => {
  test.each([
    ['CRLF', 'A: b\r\nContent-Type: text/html\r\n\r\nbody\r\n\r\nmore', 'body\r\n\r\nmore'],
    ['LF', 'A: b\nContent-Type: text/html\n\nbody\n\nmore', 'body\n\nmore'],
    ['LF CRLF', 'A: b\nContent-Type: text/html\n\r\nbody', 'body'],
    ['CRLF LF', 'A: b\r\nContent-Type: text/html\r\n\nbody', 'body'],
    ['leading blank lines', '\r\n\n\r\nA: b\r\nContent-Type: text/html\r\n\r\nbody', 'body'],
    ['bare CR only', 'A: b\rContent-Type: text/html\r\rbody\rmore', 'body\nmore'],
    ['leading bare CR', '\r\rA: b\rContent-Type: text/html\r\rbody', 'body'],
    ['CR CR within a field', 'A: b\r\rc\r\nContent-Type: text/html\r\n\r\nbody', 'body'],
    ['no body', 'A: b\r\nContent-Type: text/html\r\n', ''],
    ['an mbox line', 'From a@example.org Mon Mar  2 09:09:51 2026\nContent-Type: text/html\n\nbody', 'body'],
  ])('mailParts and dispatching agree: %s', async (_name, message, body) => {
    const bytes = mail(message)
    for (const size of [1, 3, 1024]) {
      expect(await partsOf(bytes, size)).toMatchObject([{ contentType: 'text/html', content: body }])
    }
    expect(bytes.subarray(headerBlockOf(bytes).length).toString('latin1')).toBe(
      body.replace('body\nmore', 'body\rmore'),
    )
  })

  test('mailParts separates the parts of a message whose lines end with a bare CR', async () => {
    const message = multipart('multipart/mixed', 'b', ['', 'one'], ['', 'two']).join('\r')
    expect((await partsOf(mail(message))).map(({ content }) => content)).toEqual(['one', 'two'])
  })

  test('mailParts finds no parts in an empty message or in line ends', async () => {
    for (const bytes of ['', '\r\n', '\n\r\n\r\r']) {
      expect((await partsOf(mail(bytes))).map(({ content }) => content).join('')).toBe('')
    }
  })

  test.each([
    ['one line', `To: ${'a@example.org, '.repeat(150_000)}`],
    [
      'many lines',
      Array(30_000)
        .fill(`Received: from a.example by b.example; ${'x'.repeat(40)}`)
        .join('\r\n'),
    ],
    ['many folded lines', `To: ${Array(70_000).fill('someone@example.org,').join('\r\n ')}`],
  ])('mailParts finds the text after a header of 2 MiB: %s', async (_name, fields) => {
    const type = ['Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: base64']
    const expected = [{ contentType: 'text/html', content: 'hello' }]
    expect(await partsOf(mail(fields, ...type, '', 'aGVsbG8='), 65_536)).toMatchObject(expected)
    expect(await partsOf(mail(...type, fields, '', 'aGVsbG8='), 65_536)).toMatchObject(expected)
    const nested = multipart('multipart/mixed', 'b', [...type, fields, '', 'aGVsbG8='])
    expect(await partsOf(mail(...nested), 65_536)).toMatchObject(expected)
  })

  test('mailParts rejects a line of more than 8 MiB in a header', async () => {
    const parts = partsOf(mail(`To: ${'a'.repeat(9 * 1024 * 1024)}`, '', 'x'), 65_536)
    await expect(parts).rejects.toMatchObject({ name: 'UnreadableMail', code: 'too-complex' })
  })

  test('mailParts finds the type after other fields that are long', async () => {
    const other = Array(2_000).fill(`Content-Description: ${'x'.repeat(60)}`)
    const id = `Content-ID: <${'x'.repeat(100_000)}>`
    expect(await typesOf(mail(...other, id, 'Content-Type: text/html', '', 'x'))).toEqual(['text/html'])
  })
})

describe('mailParts: streaming', () => {
  async function* large(encoding: string, begin: string, line: string, length: number): AsyncGenerator<Buffer> {
    yield mail(`Content-Transfer-Encoding: ${encoding}`, '', begin)
    const chunk = mail(line.repeat(1_000))
    for (let sent = 0; sent < length; sent += chunk.length) yield chunk
  }

  test.each([
    ['binary', '', `${'x'.repeat(76)}\r\n`],
    ['base64', '', `${'QUJD'.repeat(19)}\r\n`],
    ['quoted-printable', '', `${'a=C3=BC '.repeat(9)}=\r\n`],
    ['x-uuencode', 'begin 644 a\r\n', `M${'0V%T'.repeat(15)}\r\n`],
  ])('mailParts streams 100 MB of %s in constant memory', async (encoding, begin, line) => {
    const before = process.memoryUsage().rss
    let size = 0
    let most = 0
    for await (const { content } of mailParts(large(encoding, begin, line, 100_000_000), never)) {
      for await (const chunk of content) {
        size += chunk.length
        most = Math.max(most, process.memoryUsage().rss - before)
      }
    }
    expect(size).toBeGreaterThan(45_000_000)
    expect(most).toBeLessThan(80_000_000)
  })

  test('mailParts ends the source when its reader stops', async () => {
    let ended = false
    async function* source(): AsyncGenerator<Buffer> {
      try {
        for (;;) yield mail(...multipart('multipart/mixed', 'b', ['', 'x'.repeat(10_000)]))
      } finally {
        ended = true
      }
    }
    for await (const { contentType } of mailParts(source(), never)) {
      expect(contentType).toBe('text/plain')
      break
    }
    await expect.poll(() => ended).toBe(true)
  })

  test.each(['binary', 'x-uuencode'])(
    'mailParts skips the rest of a %s part that its reader leaves early',
    async (encoding) => {
      const part = [
        `Content-Transfer-Encoding: ${encoding}`,
        '',
        'begin 644 a',
        ...Array(20_000).fill('#0V%T'),
        'end',
        'x',
      ]
      const message = mail(...multipart('multipart/mixed', 'b', part, part.slice(0, 4), part))
      for (const size of [1_000, 1_000_000]) {
        let parts = 0
        for await (const { content } of mailParts(pieces(message, size), never)) {
          parts += 1
          for await (const chunk of content) if (chunk.length > 0) break
        }
        expect(parts).toBe(3)
      }
    },
  )

  test('mailParts reports a defect in a library that reads a header', async () => {
    const defect = new Error('a defect')
    for (const bytes of [mail('A: b', '', 'x'), mail('A: b'), mail(...multipart('multipart/mixed', 'b', ['', 'x']))]) {
      const spy = vi.spyOn(libmime, 'parseHeaderValue').mockImplementation(() => {
        throw defect
      })
      await expect(partsOf(bytes)).rejects.toMatchObject({ name: 'UnreadableMail', code: 'unreadable', cause: defect })
      spy.mockRestore()
    }
  })

  test('mailParts passes the error of the source to the reader of a part', async () => {
    const broken = new Error('connection lost')
    async function* source(): AsyncGenerator<Buffer> {
      yield mail('Content-Transfer-Encoding: x-uuencode', '', 'begin 644 a', '#0V%T')
      throw broken
    }
    const read = async () => {
      for await (const part of mailParts(source(), never)) await contentOf(part)
    }
    await expect(read()).rejects.toBe(broken)
  })
})
