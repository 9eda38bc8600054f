import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodedText } from '../../../../lib/messages/decoding/encoded-words.ts'

const utf8 = (text: string): string => Buffer.from(text).toString('latin1')
const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64')

describe('decodedText', () => {
  it.each([
    ['the examples of RFC 2047 section 8: a', '(=?ISO-8859-1?Q?a?=)', '(a)'],
    ['the examples of RFC 2047 section 8: a b', '(=?ISO-8859-1?Q?a?= b)', '(a b)'],
    ['the examples of RFC 2047 section 8: ab', '(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)', '(ab)'],
    ['the examples of RFC 2047 section 8: folded', '(=?ISO-8859-1?Q?a?=   \r\n  =?ISO-8859-1?Q?b?=)', '(ab)'],
    ['the examples of RFC 2047 section 8: a blank', '(=?ISO-8859-1?Q?a_b?=)', '(a b)'],
    ['the examples of RFC 2047 section 8: two charsets', '(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)', '(a b)'],
    ['a language', '=?utf-8*de?Q?=C3=A4?= =?us-ascii*en-US?b?YQ==?=', 'äa'],
    ['a lower-case encoding and an upper-case charset', '=?UTF-8?q?=c3=a4?= =?Utf-8?b?w6Q=?=', 'ää'],
    ['an encoded underscore', '=?utf-8?Q?a=5Fb_c?=', 'a_b c'],
    ['no words', 'a_b =C3=A4 = ? =? ?=', 'a_b =C3=A4 = ? =? ?='],
    ['a word inside a quoted string', '"=?utf-8?Q?=C3=A4?=" x', '"ä" x'],
    ['a word next to other text', 'a=?utf-8?Q?=C3=A4?=b', 'aäb'],
    ['words without a blank between them', '=?utf-8?Q?=C3=A4?==?utf-8?Q?b?=', 'äb'],
    ['words that share an equals sign', '=?utf-8?Q?=C3=A4?=?utf-8?Q?b?=', 'ä?utf-8?Q?b?='],
    ['an empty word', 'a =?utf-8?Q??= b', 'a b'],
    ['text between two words', '=?utf-8?Q?a?= , =?utf-8?Q?b?=', 'a , b'],
    ['a charset with a year', '=?iso_8859-1:1987?Q?=E4?=', 'ä'],
  ])('decodedText decodes %s', (_name, written, text) => {
    expect(decodedText(written)).toBe(text)
  })

  it.each([
    ['a blank in quoted text', '=?utf-8?Q?Hello World?=', 'Hello World'],
    ['a tab in quoted text', '=?utf-8?Q?Hello\tWorld?=', 'Hello World'],
    ['a question mark in quoted text', '=?utf-8?Q?Hello? World?=', 'Hello? World'],
    ['a question mark at the end', '=?utf-8?Q?Hello??=', 'Hello?'],
    ['an equals sign in quoted text', '=?utf-8?Q?1=1 =ZZ =?=', '1=1 =ZZ ='],
    ['a fold within a quoted byte', '=?utf-8?Q?=C3= A4?=', 'ä'],
    ['a fold within base64', '=?utf-8?B?w6 Q=?=', 'ä'],
    ['base64 without padding', '=?utf-8?B?w6Q?=', 'ä'],
    ['base64 without padding, twice', '=?utf-8?B?SGVsbG8?= =?utf-8?B?V29ybGQ?=', 'HelloWorld'],
    ['base64 after padding', '=?utf-8?B?w6Q=w6Q=?=', 'ää'],
    ['base64 for URLs', `=?utf-8?B?${Buffer.from('ÿþ?>').toString('base64url')}?=`, 'ÿþ?>'],
    ['an unknown charset in UTF-8', '=?x-nothing?Q?=C3=A4?=', 'ä'],
    ['an unknown charset in windows-1252', '=?x-nothing?Q?=E4=80?=', 'ä€'],
    ['UTF-8 labelled us-ascii', '=?us-ascii?Q?=E2=80=93?=', '–'],
    ['windows-1252 labelled us-ascii', '=?us-ascii?Q?=96?=', '–'],
    ['unknown-8bit', '=?unknown-8bit?B?w6Q=?=', 'ä'],
    ['UTF-7', '=?utf-7?Q?Gr+APw-n?= =?unicode-1-1-utf-7?B?K0FPUS0=?=', 'Grünä'],
    ['UTF-7 that ends with the word', '=?utf-7?Q?+AOQ?= =?utf-7?Q?abc?=', 'äabc'],
  ])('decodedText decodes text with a fault: %s', (_name, written, text) => {
    expect(decodedText(written)).toBe(text)
  })

  it.each([
    ['=?utf-8?X?abc?='],
    ['=?utf-8?Q?abc'],
    ['=?utf-8?Q?abc?'],
    ['=?utf-8?Q?abc='],
    ['=?utf-8?Qabc?='],
    ['=?utf-8?=C3=A4?='],
    ['=??Q?abc?='],
    ['=? utf-8 ?Q?abc?='],
    ['=?utf-8? Q?abc?='],
    [`=?${'x'.repeat(100)}?Q?abc?=`],
    ['?= =?'],
  ])('decodedText leaves the malformed word %s as written', (written) => {
    expect(decodedText(written)).toBe(written)
    expect(decodedText(`=?utf-8?Q?=C3=A4?= ${written}`)).toBe(`ä ${written}`)
  })

  it('decodedText decodes a word that interrupts a word without an end', () => {
    expect(decodedText('=?utf-8?Q?a =?utf-8?Q?=C3=A4?= b')).toBe('=?utf-8?Q?a ä b')
  })
})

describe('decodedText: bytes', () => {
  it('decodedText reads raw bytes inside a word in that word’s charset', () => {
    expect(decodedText('=?iso-8859-2?Q?\xe8=E8?= \xe4')).toBe('čč ä')
    expect(decodedText(`=?koi8-r?Q?\xf0\xd2?= ${utf8('ä')}`)).toBe('Пр ä')
    expect(decodedText(utf8('=?utf-8?Q?ä=C3=A4à?='))).toBe('ääà')
    expect(decodedText('=?utf-8?Q?\xc3=A4?=')).toBe('ä')
    expect(decodedText('=?gb2312?Q?\xd6\xd0=CE=C4?=')).toBe('中文')
  })

  it('decodedText reads raw text beside words independently of the words', () => {
    expect(decodedText(`Gr\xf6\xdfe =?utf-8?Q?=C3=A4?= ${utf8('ö')}`)).toBe('Größe ä ö')
  })

  it.each([
    ['two quoted words', '=?utf-8?Q?=C3?= =?utf-8?Q?=A4?='],
    ['two words of base64', '=?utf-8?B?ww==?= =?utf-8?B?pA==?='],
    ['base64 and a quoted word', '=?utf-8?B?ww==?= =?utf-8?Q?=A4?='],
    ['a quoted word and base64', '=?utf-8?Q?=C3?= =?utf-8?B?pA==?='],
    ['words in different notations of one charset', '=?UTF-8?Q?=C3?= =?utf-8*de?Q?=A4?='],
    ['words with a split in the base64', '=?utf-8?B?w?= =?utf-8?B?6Q=?='],
    ['words with a split in a quoted byte', '=?utf-8?Q?=C?= =?utf-8?Q?3=A4?='],
    ['a quoted word and a word of raw bytes', '=?utf-8?Q?=C3?= =?utf-8?Q?\xa4?='],
    ['words labelled us-ascii', '=?us-ascii?Q?=C3?= =?us-ascii?Q?=A4?='],
  ])('decodedText joins a character that is split over %s', (_name, written) => {
    expect(decodedText(`a ${written} b`)).toBe('a ä b')
  })

  it('decodedText does not join bytes of words with different charsets or with text between them', () => {
    expect(decodedText('=?utf-8?Q?=C3?= =?iso-8859-1?Q?=A4?=')).toBe('\ufffd¤')
    expect(decodedText('=?utf-8?Q?=C3?= , =?utf-8?Q?=A4?=')).toBe('\ufffd , \ufffd')
  })

  it.each([
    ['words that return to ASCII', ['\x1b$BF|\x1b(B', 'abc', '\x1b$BK\\\x1b(J'], '日abc本'],
    ['a word that does not return to ASCII', ['\x1b$BF|', 'abc', '\x1b$BK\\\x1b(B'], '日abc本'],
    ['a last word that does not return to ASCII', ['abc', '\x1b$BF|'], 'abc日'],
    ['text that is split without regard to words', ['\x1b$BF|', 'K\\', '8l\x1b(B'], '日本語'],
    ['a character that is split', ['\x1b$BF|K', '\\8l\x1b(Babc'], '日本語abc'],
  ])('decodedText decodes ISO-2022-JP in %s', (_name, parts, text) => {
    const words = (encoded: (part: string) => string) =>
      parts.map((part) => `=?ISO-2022-JP?${encoded(part)}?=`).join(' ')
    expect(decodedText(words((part) => `B?${base64(part)}`))).toBe(text)
    expect(decodedText(words((part) => `Q?${part.replaceAll('\x1b', '=1B')}`))).toBe(text)
    expect(decodedText(words((part) => `Q?${part}`))).toBe(text)
  })

  it('decodedText restores any text, whatever the encoding of each byte', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', 'ä', '€', '日', '😀', '?', '=', '_'),
      minLength: 1,
      maxLength: 40,
    })
    const cut = fc.record({ length: fc.integer({ min: 1, max: 9 }), encoding: fc.constantFrom('B', 'Q', 'raw') })
    fc.assert(
      fc.property(text, fc.array(cut, { minLength: 1, maxLength: 40 }), (written, cuts) => {
        let rest = Buffer.from(written)
        const words: string[] = []
        for (const { length, encoding } of [...cuts, { length: 1_000, encoding: 'B' }]) {
          const part = rest.subarray(0, length)
          rest = rest.subarray(length)
          const quoted = [...part].map((byte) => `=${byte.toString(16).padStart(2, '0')}`).join('')
          const raw = quoted.replace(/=[89a-f][\da-f]/g, (hex) =>
            String.fromCharCode(Number.parseInt(hex.slice(1), 16)),
          )
          words.push(
            encoding === 'B' ? `=?utf-8?B?${base64(part)}?=` : `=?utf-8?Q?${encoding === 'Q' ? quoted : raw}?=`,
          )
        }
        expect(decodedText(words.join(' '))).toBe(written.replace(/ +/g, ' ').trim())
      }),
    )
  })
})

describe('decodedText: hostile text', () => {
  it('decodedText returns one line without control characters', () => {
    expect(decodedText('a\0b =?utf-8?Q?c=0D=0Ad=00?=\r\n \x1be')).toBe('a b c d e')
  })

  it('decodedText never throws', () => {
    const piece = fc.constantFrom(
      '=?',
      '?=',
      '?',
      '=',
      'utf-8',
      '?Q?',
      '?B?',
      '=C3',
      '\xc3',
      'w6Q=',
      ' ',
      '\t',
      'iso-2022-jp',
      '\x1b$B',
      'utf-7',
      '+A',
      '*de',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = decodedText(pieces.join(''))
        expect(text).toBe(text.trim())
      }),
      { numRuns: 3_000 },
    )
  })

  it.each([
    '=?',
    '?=',
    '=?a?Q?',
    '=?utf-8?Q?a',
    '=?utf-8?Q?=C3?= ',
    '=?utf-8?B?w?= ',
    '=?utf-8?Q?=C?= ',
    '=?utf-8?Q?a?==?utf-7?B?b?=',
    '=?iso-2022-jp?Q?=1B$B?= ',
    '=?iso-2022-jp?Q?a?= ',
    '=?euc-jp?Q?=8F?= =?gb18030?Q?=81?= ',
    '=?x?Q?\xff?= =?y?Q?\xff?= ',
    '=?utf-8?B?====?= ',
    '= ',
    '\xc3',
    `=?utf-8?Q?${' '.repeat(1_000)}`,
    `=?utf-8?Q?a?=${' '.repeat(1_000)}`,
    `=?utf-8?B?${'='.repeat(60_000)}?=`,
  ])('decodedText takes less than a second for 64 KiB of %j', (piece) => {
    const value = piece.repeat((64 * 1024) / piece.length)
    const started = process.cpuUsage()
    decodedText(value)
    decodedText(`${value}?=`)
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(1000)
  })
})
