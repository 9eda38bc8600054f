import fc from 'fast-check'
import { simpleParser } from 'mailparser'
import { describe, expect, it } from 'vitest'
import { readMessageHeader } from '../../../../lib/messages/header/read-message-header.ts'
import { messageHeaderSchema } from '../../../../lib/messages/message-header.ts'

const pieces = fc.constantFrom(
  ...[
    '\r\n',
    '\n',
    '\r',
    ' ',
    '\t',
    '\0',
    ':',
    ',',
    ';',
    '<',
    '>',
    '"',
    '\\',
    '(',
    ')',
    '@',
    '=?utf-8?Q?',
    '=?gb18030?B?',
    '?=',
  ],
  ...[
    'To',
    'Cc',
    'From: ',
    'Subject: ',
    'Date: ',
    'References: ',
    'X-OTOBO-Queue',
    'Delivered-To: ',
    'a@x.example',
    '\xff',
    '\xc3\xa4',
  ],
)
const hostile = fc.array(fc.oneof({ weight: 5, arbitrary: pieces }, fc.string({ maxLength: 8 })), { maxLength: 400 })

describe('readMessageHeader with arbitrary input', () => {
  it('readMessageHeader never throws, returns in time and matches its schema', () => {
    fc.assert(
      fc.property(hostile, (parts) => {
        const bytes = Buffer.from(parts.join(''), 'latin1')
        const before = Buffer.from(bytes)
        const started = performance.now()
        const header = readMessageHeader(bytes, 'X-OTOBO-')
        expect(performance.now() - started).toBeLessThan(10_000)
        expect(bytes.equals(before)).toBe(true)
        if (!header) return
        messageHeaderSchema.parse(header)
        expect(JSON.stringify(header)).not.toMatch(/\\u00[01]/)
      }),
      { numRuns: 2_000 },
    )
  })

  it('readMessageHeader accepts any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), (bytes) => {
        readMessageHeader(Buffer.from(bytes), 'X-OTOBO-')
      }),
      { numRuns: 500 },
    )
  })

  it('readMessageHeader finds every control header before the body, whatever the line endings', () => {
    const lines = fc.array(fc.constantFrom('Subject: a', 'garbage', ' folded', 'To: a@x.example', 'X: \xe4'), {
      maxLength: 10,
    })
    const ends = fc.constantFrom('\r\n', '\n', '\r')
    fc.assert(
      fc.property(lines, ends, (before, end) => {
        const text = [...before, 'X-OTOBO-Queue: VIP'].map((line) => line + end).join('')
        const header = readMessageHeader(Buffer.from(`${text}\r\n\r\n`, 'latin1'), 'X-OTOBO-')
        expect(header?.controlHeaders).toEqual([{ name: 'x-otobo-queue', value: 'VIP' }])
      }),
    )
  })
})

describe('readMessageHeader compared with mailparser', () => {
  it('readMessageHeader returns the same values as mailparser for ordinary headers', async () => {
    const word = fc.stringMatching(/^[a-zA-Zäöüß€日本 ]{1,20}$/).map((text) => text.trim().replace(/ +/g, ' ') || 'x')
    const address = fc
      .stringMatching(/^[a-z][a-z0-9.]{0,8}[a-z]$/)
      .map((local) => `${local.replace(/\.+/g, '.')}@x.example`)
    await fc.assert(
      fc.asyncProperty(
        word,
        word,
        address,
        fc.array(address, { minLength: 1, maxLength: 5 }),
        async (subject, name, from, to) => {
          const encoded = (text: string) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`
          const text = `Subject: ${encoded(subject)}\r\nFrom: ${encoded(name)} <${from}>\r\nTo: ${to.join(', ')}\r\n\r\n`
          const theirs = await simpleParser(text)
          const ours = readMessageHeader(Buffer.from(text), 'X-OTOBO-')
          const theirTo = [theirs.to ?? []].flat().flatMap(({ value }) => value.map((one) => one.address))
          expect(ours?.subject).toBe(theirs.subject)
          expect(ours?.from).toBe(`${theirs.from?.value[0]?.name} <${theirs.from?.value[0]?.address}>`)
          expect(ours?.recipients.map((one) => one.address)).toEqual(theirTo)
        },
      ),
      { numRuns: 100 },
    )
  })
})
