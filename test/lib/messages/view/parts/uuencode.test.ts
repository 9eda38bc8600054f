import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { uudecoded } from '../../../../../lib/messages/view/parts/uuencode.ts'
import { mail, pieces } from '../sample-mails.ts'

const decoded = async (text: string, size = 1024): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of uudecoded(pieces(Buffer.from(text, 'latin1'), size))) chunks.push(chunk)
  return Buffer.concat(chunks).toString('latin1')
}

/** An encoder that follows POSIX. It writes zero as a blank or as a backquote. */
const encoded = (bytes: Uint8Array, zero: ' ' | '`'): string => {
  const character = (bits: number) => ((bits & 63) === 0 ? zero : String.fromCharCode((bits & 63) + 32))
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += 45) {
    const line = bytes.subarray(at, at + 45)
    let text = character(line.length)
    for (let i = 0; i < line.length; i += 3) {
      const [a = 0, b = 0, c = 0] = line.subarray(i, i + 3)
      text += character(a >> 2) + character((a << 4) | (b >> 4)) + character((b << 2) | (c >> 6)) + character(c)
    }
    lines.push(text)
  }
  return ['begin 644 cat.txt', ...lines, zero, 'end', ''].join('\n')
}

describe('uudecoded', () => {
  test.each([
    ['as in POSIX', 'begin 644 cat.txt\n#0V%T\n`\nend\n'],
    ['with CRLF', 'begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n'],
    ['without an end', 'begin 644 cat.txt\n#0V%T'],
    ['without the last line end', 'begin 644 cat.txt\n#0V%T\n`\nend'],
    [
      'with text before and after it',
      'Here it is:\nbegin here\n\nbegin 0755 my cat.txt\n#0V%T\n`\nend\nM that was it\n',
    ],
    ['with a checksum after the line', 'begin 644 cat.txt\n#0V%TX\n`\nend\n'],
    ['with empty and foreign lines', 'begin 644 cat.txt\n\nabc\n#0V%T\n\n`\nend\n'],
    ['with blanks after the lines', 'begin 644 cat.txt  \n#0V%T   \n`  \nend  \n'],
    ['without a name', 'begin 644\n#0V%T\n`\nend\n'],
  ])('uudecoded decodes content %s', async (_name, text) => {
    for (const size of [1, 5, 1024]) expect(await decoded(text, size)).toBe('Cat')
  })

  test('uudecoded reads a blank that was cut off as zero', async () => {
    expect(await decoded('begin 644 a\n#0V$\n`\nend\n')).toBe('Ca\0')
    expect(await decoded('begin 644 a\n$````\nend\n')).toBe('\0\0\0\0')
  })

  test.each(['plain', 'begin the day\nwell', '', 'x'.repeat(100_000)])(
    'uudecoded passes content that is not encoded through unchanged (%#)',
    async (text) => {
      expect(await decoded(text, 1000)).toBe(text)
    },
  )

  test('uudecoded reverses what encoders write', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom<' ' | '`'>(' ', '`'),
        fc.boolean(),
        fc.integer({ min: 1, max: 200 }),
        async (bytes, zero, stripped, size) => {
          const text = encoded(bytes, zero)
          const sent = stripped ? text.replace(/ +$/gm, '') : text
          expect(await decoded(sent, size)).toBe(Buffer.from(bytes).toString('latin1'))
        },
      ),
    )
  })

  test('uudecoded never throws, whatever the bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (bytes) => {
        const text = mail('begin 644 a', Buffer.from(bytes).toString('latin1')).toString('latin1')
        expect((await decoded(text, 50)).length).toBeLessThanOrEqual(64 * bytes.length)
      }),
    )
  })
})
