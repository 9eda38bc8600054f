import { describe, expect, it } from 'vitest'
import { headerBlockOf } from '../../../../lib/messages/header/header-fields.ts'
import { readMessageHeader } from '../../../../lib/messages/header/read-message-header.ts'
import { headerBlockLimit, messageHeaderSchema } from '../../../../lib/messages/message-header.ts'

const read = (lines: string | string[], encoding: BufferEncoding = 'utf8') => {
  const text = Array.isArray(lines) ? `${lines.join('\r\n')}\r\n\r\nbody` : lines
  return readMessageHeader(Buffer.from(text, encoding), 'X-OTOBO-')
}

describe('readMessageHeader: displayed fields', () => {
  it('readMessageHeader reads an ordinary header', () => {
    const header = read([
      'Return-Path: <jane@example.org>',
      'From: "Doe, Jane" <jane@example.org>',
      'To: Support <support@example.com>, second@example.com',
      'Cc: third@example.com',
      'Subject: Printer on fire',
      'Date: Tue, 1 Jul 2025 10:52:37 +0200 (CEST)',
      'Message-ID: <1@example.org>',
      'In-Reply-To: <0@example.org>',
      'References: <a@example.org>',
      ' <0@example.org>',
    ])
    expect(header).toEqual({
      from: '"Doe, Jane" <jane@example.org>',
      to: 'Support <support@example.com>, second@example.com',
      cc: 'third@example.com',
      subject: 'Printer on fire',
      messageIdHeader: '<1@example.org>',
      date: '2025-07-01T08:52:37.000Z',
      inReplyTo: '<0@example.org>',
      references: ['<a@example.org>', '<0@example.org>'],
      threadRoot: '<a@example.org>',
      recipients: [
        { header: 'To', address: 'support@example.com' },
        { header: 'To', address: 'second@example.com' },
        { header: 'Cc', address: 'third@example.com' },
      ],
      controlHeaders: [],
      automaticSigns: [],
      senders: { from: ['jane@example.org'], sender: [], replyTo: [] },
      truncated: [],
    })
    expect(messageHeaderSchema.parse(header)).toEqual(header)
  })

  it.each([
    ['UTF-8, quoted', '=?utf-8?Q?Gr=C3=BC=C3=9Fe?=', 'Grüße'],
    ['UTF-8 with one character split over two words', '=?utf-8?B?w?= =?utf-8?B?7w=?=', 'ü'],
    ['ISO-2022-JP', '=?ISO-2022-JP?B?GyRCRnxLXDhsGyhC?=', '日本語'],
    ['windows-1251', '=?windows-1251?Q?=CF=F0=E8=E2=E5=F2?=', 'Привет'],
    ['windows-1252', '=?windows-1252?Q?100_=80?=', '100 €'],
    ['GB18030', '=?gb18030?B?1tDOxA==?=', '中文'],
    ['Big5', '=?big5?B?pKSk5Q==?=', '中文'],
    ['KOI8-R', '=?koi8-r?B?8NLJ18XU?=', 'Привет'],
    ['an unknown charset', '=?x-nothing?Q?abc?=', 'abc'],
    ['text around the encoded words', 'Re: =?utf-8?Q?=C3=A4?= and =?utf-8?Q?=C3=B6?=', 'Re: ä and ö'],
    ['a malformed encoded word', '=?utf-8?X?abc?= =?broken', '=?utf-8?X?abc?= =?broken'],
    ['injected line breaks', '=?utf-8?Q?a=0D=0AX-OTOBO-Queue:_b?=', 'a X-OTOBO-Queue: b'],
    ['NULs and bidirectional marks', '=?utf-8?Q?a=00b=E2=80=AEc?=', 'a bc'],
  ])('readMessageHeader decodes a subject: %s', (_name, written, shown) => {
    expect(read([`Subject: ${written}`])?.subject).toBe(shown)
  })

  it('readMessageHeader reads raw 8-bit text as UTF-8 if it is valid, and otherwise as windows-1252', () => {
    expect(read(['Subject: Größe'])?.subject).toBe('Größe')
    expect(read(['Subject: Gr\xf6\xdfe \x80'], 'latin1')?.subject).toBe('Größe €')
  })

  it('readMessageHeader quotes a display name that looks like several addresses', () => {
    const header = read(['From: =?utf-8?Q?ceo=40bank.example=2C_x?= <evil@example.org>'])
    expect(header?.from).toBe('"ceo@bank.example, x" <evil@example.org>')
  })

  it('readMessageHeader shows the first occurrence of a field that may occur once', () => {
    expect(read(['Subject: one', 'Subject: two', 'From: a@x.example', 'From: b@x.example'])).toMatchObject({
      subject: 'one',
      from: 'a@x.example',
    })
  })

  it('readMessageHeader cuts overlong text between characters and reports it', () => {
    const header = read([
      `Subject: ${'a'.repeat(999)}😀😀`,
      `To: ${'b@example.org, '.repeat(200)}`,
      `Message-ID: <${'c'.repeat(2_000)}@x>`,
      `References: ${Array.from({ length: 30 }, (_, n) => `<${n}@x>`).join(' ')}`,
    ])
    expect(header?.subject).toBe('a'.repeat(999))
    expect(header?.to?.length).toBe(1_000)
    expect(header?.messageIdHeader?.length).toBe(998)
    expect(header?.references).toEqual(Array.from({ length: 20 }, (_, n) => `<${n + 10}@x>`))
    expect(header?.threadRoot).toBe('<0@x>')
    expect(header?.truncated.toSorted()).toEqual(['messageIdHeader', 'references', 'subject', 'to'])
  })

  it.each([
    ['1 Jan 2025 00:00 +0000', '2025-01-01T00:00:00.000Z'],
    ['Wed, 01 Jan 25 01:02:03 EST', '2025-01-01T06:02:03.000Z'],
    ['Mon, 31 Dec 2024 23:59:60 -0130', '2025-01-01T01:30:00.000Z'],
    ['hello 5', undefined],
    ['Tue, 31 Feb 2025 10:00:00 +0000', undefined],
    ['99 Foo 2025 10:00:00 +0000', undefined],
    ['', undefined],
  ])('readMessageHeader reads the date "%s"', (written, date) => {
    expect(read(['From: a@x.example', `Date: ${written}`])?.date).toBe(date)
  })
})

describe('readMessageHeader: input that is not a header', () => {
  it.each([
    ['nothing', ''],
    ['only line ends', '\r\n\r\n\r\n'],
    ['only a body', 'Hello,\r\n\r\nthe printer burns.\r\n'],
    ['only a body after a blank line', '\r\nHello, the printer burns\r\n'],
    ['NULs', '\0'.repeat(10_000)],
    ['lines without a colon', 'abc\r\n'.repeat(5_000)],
    ['binary', '\xff\xfe\x00:\x01\x02\r\n\x00'],
  ])('readMessageHeader returns undefined for %s', (_name, text) => {
    expect(read(text, 'latin1')).toBeUndefined()
  })

  it('readMessageHeader continues after malformed lines', () => {
    expect(
      read(['From sender@example.org Tue Jul  1 10:52:37 2025', 'garbage', 'Subject: found', ': no name'])?.subject,
    ).toBe('found')
  })
})

describe('readMessageHeader: very large headers', () => {
  const within = (milliseconds: number, text: string) => {
    const started = performance.now()
    const header = read(text, 'latin1')
    expect(performance.now() - started).toBeLessThan(milliseconds)
    return header
  }

  it('readMessageHeader reads 300 KiB of header up to its limit', () => {
    const header = within(
      15_000,
      `Subject: big\r\n${'X-Filler: abc\r\n'.repeat(20_480)}X-OTOBO-Queue: late\r\n\r\nbody`,
    )
    expect(header).toMatchObject({ subject: 'big', controlHeaders: [], truncated: ['headerBlock'] })
  })

  it('readMessageHeader reads a limited number of 10,000 recipients, and those of later headers', () => {
    const thousand = `To: ${Array.from({ length: 1_000 }, (_, n) => `r${n}@example.org`).join(',\r\n ')}\r\n`
    const header = within(15_000, `${thousand.repeat(10)}X-Original-To: support@example.com\r\n\r\n`)
    expect(header?.recipients).toHaveLength(4_001)
    expect(header?.recipients.at(-1)).toEqual({ header: 'X-Original-To', address: 'support@example.com' })
    expect(header?.truncated).toContain('recipients')
  })

  it('readMessageHeader unfolds 5,000 folded lines', () => {
    const header = within(15_000, `Subject: a\r\n${' b\r\n'.repeat(5_000)}To: x@example.org\r\n\r\n`)
    expect(header?.subject).toMatch(/^a b b b/)
    expect(header?.recipients).toHaveLength(1)
  })

  it.each([
    ['commas', `To: ${'a,'.repeat(headerBlockLimit / 2)}`],
    ['brackets', `To: ${'<'.repeat(headerBlockLimit)}`],
    ['comments', `To: ${'('.repeat(headerBlockLimit)}`],
    ['groups', `To: ${'a:b@c,'.repeat(headerBlockLimit / 6)}`],
    ['quotes', `To: ${'"\\'.repeat(headerBlockLimit / 2)}`],
    ['incomplete encoded words', `Subject: ${'=?x?B?'.repeat(headerBlockLimit / 6)}`],
    ['encoded words', `From: ${'=?utf-8?Q?a?= '.repeat(headerBlockLimit / 14)}`],
    ['spaces', `To: =?utf-8?Q?a?=${' '.repeat(headerBlockLimit)}`],
    ['fields', 'To:\n'.repeat(headerBlockLimit / 4)],
    ['control headers', 'X-OTOBO-A: b\n'.repeat(headerBlockLimit / 13)],
    ['bare CRs', 'a:\r'.repeat(headerBlockLimit / 3)],
    ['names', `${' '.repeat(1_000)}:\n`.repeat(headerBlockLimit / 1_002)],
  ])('readMessageHeader finishes in time for endless %s', (_name, text) => {
    within(15_000, text)
  })

  it('readMessageHeader reads thousands of ordinary headers per second', () => {
    const block = headerBlockOf(
      Buffer.from(
        [
          'Received: from mx.example.org by mail.example.com with ESMTPS id 1; Tue, 1 Jul 2025 10:52:37 +0200',
          'From: =?utf-8?q?J=C3=A4ne?= <jane@example.org>',
          'To: Support <support@example.com>',
          'Subject: =?utf-8?B?SGVsbG8gd8O2cmxk?=',
          'Date: Tue, 1 Jul 2025 10:52:37 +0200',
          'Message-ID: <1@example.org>',
          '',
          'body',
        ].join('\r\n'),
      ),
    )
    const count = 5_000
    const started = performance.now()
    let last: ReturnType<typeof readMessageHeader>
    for (let n = 0; n < count; n += 1) last = readMessageHeader(block, 'X-OTOBO-')
    const seconds = (performance.now() - started) / 1_000
    console.log(`readMessageHeader: ${Math.round(count / seconds)} small headers a second`)
    expect(last).toMatchObject({ subject: 'Hello wörld', from: 'Jäne <jane@example.org>' })
  })
})
