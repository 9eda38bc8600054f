import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBytes, textOf } from '../../../../lib/messages/decoding/charset.ts'

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex')

describe('decodeBytes', () => {
  it.each([
    ['utf-8', 'c3 a4 e2 82 ac f0 9f 98 80', 'ä€😀'],
    ['iso-8859-1', 'e4 80 96', 'ä€–'],
    ['iso-8859-2', 'e8 b9 be', 'čšž'],
    ['iso-8859-15', 'a4', '€'],
    ['windows-1252', '80 92', '€’'],
    ['windows-1251', 'cf f0 e8 e2 e5 f2', 'Привет'],
    ['koi8-r', 'f0 d2 c9 d7 c5 d4', 'Привет'],
    ['koi8-u', 'a4', 'є'],
    ['cp850', '84', 'ä'],
    ['ibm866', '8f', 'П'],
    ['macintosh', '8a', 'ä'],
    ['tis-620', 'a1', 'ก'],
    ['iso-8859-8-i', 'e0', 'א'],
    ['gb2312', 'd6 d0 ce c4', '中文'],
    ['gb18030', '81 30 81 30', '\u0080'],
    ['big5', 'a4 a4 a4 e5', '中文'],
    ['shift_jis', '93 fa 96 7b', '日本'],
    ['windows-31j', '93 fa 96 7b', '日本'],
    ['euc-jp', 'c6 fc cb dc', '日本'],
    ['iso-2022-jp', '1b 24 42 46 7c 4b 5c 1b 28 42', '日本'],
    ['euc-kr', 'c7 d1', '한'],
    ['ks_c_5601-1987', 'c7 d1', '한'],
    ['utf-16', 'fe ff 20 ac', '€'],
    ['utf-16le', 'ac 20', '€'],
  ])('decodeBytes decodes %s', (label, hex, text) => {
    expect(decodeBytes(bytes(hex), label)).toBe(text)
  })

  it.each(['utf-7', 'UTF7', 'unicode-1-1-utf-7', 'x-unicode-1-1-utf-7'])('decodeBytes decodes %s', (label) => {
    expect(decodeBytes(Buffer.from('1 +- 1, +AOQ-b +IKw'), label)).toBe('1 + 1, äb €')
  })

  it.each([' UTF-8 ', '"utf-8"', "'utf-8'", 'utf8', 'UTF_8', 'utf-8;', 'utf-8*de', 'utf-8, format=flowed'])(
    'decodeBytes recognises the label %s',
    (label) => {
      expect(decodeBytes(bytes('c3 a4 c3'), label)).toBe('ä\ufffd')
    },
  )

  it.each([
    ...['', ' ', '""', 'us-ascii', 'US-ASCII', 'ascii', 'ANSI_X3.4-1968', 'unknown', 'unknown-8bit', 'x-unknown'],
    ...['8bit', '7bit', 'binary', 'default', 'x-nothing', 'utf-99', 'hex', 'base64', 'constructor', '__proto__', '=?'],
  ])('decodeBytes reads UTF-8 if it is valid, and otherwise windows-1252, for the label "%s"', (label) => {
    expect(decodeBytes(bytes('61 c3 a4 e2 82 ac'), label)).toBe('aä€')
    expect(decodeBytes(bytes('61 e4 80'), label)).toBe('aä€')
  })

  it('decodeBytes keeps a byte order mark of UTF-8, so that callers can see it', () => {
    expect(decodeBytes(bytes('ef bb bf 61'), 'utf-8')).toBe('\ufeffa')
    expect(decodeBytes(bytes('ef bb bf 61'), '')).toBe('\ufeffa')
  })

  it('decodeBytes never throws', () => {
    const labels = fc.oneof(
      fc.constantFrom(
        'iso-2022-jp',
        'jis',
        'eucjp',
        'utf-7',
        'utf-16',
        'utf-32',
        'gb18030',
        'ucs-2',
        'cesu-8',
        'cp1258',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), labels, (content, label) => {
        expect(decodeBytes(Buffer.from(content), label)).toBeTypeOf('string')
      }),
      { numRuns: 3_000 },
    )
  })

  it.each(['utf-8', 'us-ascii', 'utf-7', 'iso-2022-jp', 'euc-jp', 'gb18030', 'utf-16', 'x-nothing'])(
    'decodeBytes takes less than a second for 1 MiB of %s',
    (label) => {
      for (const piece of ['\x1b$B', '+A', 'ÿ', '\x81\x30', 'a', '\0']) {
        const hostile = Buffer.alloc(1024 * 1024, piece, 'latin1')
        const started = process.cpuUsage()
        decodeBytes(hostile, label)
        expect(process.cpuUsage(started).user / 1000).toBeLessThan(1000)
      }
    },
  )
})

describe('textOf', () => {
  it('textOf reads bytes as UTF-8 if they are valid, and otherwise as windows-1252', () => {
    expect(textOf('Gr\xc3\xb6\xc3\x9fe')).toBe('Größe')
    expect(textOf('Gr\xf6\xdfe \x80')).toBe('Größe €')
    expect(textOf('=?utf-8?Q?a?=')).toBe('=?utf-8?Q?a?=')
  })

  it('textOf cuts after 64 KiB and never within a character', () => {
    const written = Buffer.from(`a${'ä'.repeat(40_000)}`).toString('latin1')
    expect(textOf(written)).toMatch(/^aä{32000,32767}$/)
  })
})
