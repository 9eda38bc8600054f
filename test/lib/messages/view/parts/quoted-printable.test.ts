import fc from 'fast-check'
import libqp from 'libqp'
import { describe, expect, test } from 'vitest'
import { quotedPrintableDecoded } from '../../../../../lib/messages/view/parts/quoted-printable.ts'
import { pieces } from '../sample-mails.ts'

const decoded = async (text: string, size: number): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of quotedPrintableDecoded(pieces(Buffer.from(text, 'latin1'), size))) chunks.push(chunk)
  return Buffer.concat(chunks).toString('latin1')
}

describe('quotedPrintableDecoded', () => {
  test.each([
    ['an escape', 'Gr=FC=DFe', 'Gr\xfc\xdfe'],
    ['a soft line break', 'one =\r\ntwo', 'one two'],
    ['a soft line break with blanks after it', 'one=  \r\ntwo', 'onetwo'],
    ['blanks at the end of a line', 'one  \r\ntwo', 'one\r\ntwo'],
    ['an escape that a soft line break splits', 'a=C=\r\n3=\n=A=\n4b', 'a\xc3\xa4b'],
    ['an invalid escape', '1=2 =ZZ =', '1=2 =ZZ '],
    ['raw bytes', '\xfc\xff', '\xfc\xff'],
    ['nothing', '', ''],
  ])('quotedPrintableDecoded reads %s', async (_name, text, expected) => {
    for (const size of [1, 2, 3, 100]) expect(await decoded(text, size)).toBe(expected)
  })

  test('quotedPrintableDecoded gives the same result as decoding the whole content at once', async () => {
    const piece = fc.constantFrom('=', 'C3', '=C3', 'a', ' ', '\t', '\r\n', '\n', '=\r\n', '\r', '\xfc', '=\n')
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), async (parts, size) => {
        const text = parts.join('')
        expect(await decoded(text, size)).toBe(libqp.decode(text).toString('latin1'))
      }),
      { numRuns: 500 },
    )
  })

  test('quotedPrintableDecoded reads escapes that many soft line breaks split in little processor time', async () => {
    const text = `=C${'=\n'.repeat(40)}`.repeat(2_000)
    const before = process.cpuUsage()
    await decoded(text, 64 * 1024)
    expect(process.cpuUsage(before).user).toBeLessThan(500_000)
  })
})
