import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dispositionOf, mediaTypeOf, structuredValue } from '../../../../lib/messages/decoding/parameters.ts'

/** The value as it arrives: one character per byte. */
const latin1 = (value: string | Buffer): string => Buffer.from(value).toString('latin1')
const fileNameOf = (parameters: string): string | undefined =>
  structuredValue(latin1(`attachment; ${parameters}`)).parameters.filename

describe('structuredValue', () => {
  it('structuredValue reads the value and its parameters', () => {
    expect(structuredValue('Attachment; FileName="a;b \\"c\\".pdf"; size = 12')).toEqual({
      value: 'Attachment',
      parameters: { filename: 'a;b "c".pdf', size: '12' },
    })
  })

  it.each([
    ['a comment after a parameter', 'filename=a.pdf (a report)', 'a.pdf'],
    ['a comment before a parameter', '(a report) filename=a.pdf', 'a.pdf'],
    ['a parenthesis within an unquoted name', 'filename=a(1).pdf', 'a(1).pdf'],
    ['an unquoted name with a blank', 'filename=My report.pdf', 'My report.pdf'],
    ['an unquoted name with a blank and a parenthesis', 'filename=My report (final).pdf', 'My report (final).pdf'],
    ['a quoted name that is not closed', 'filename="a b.pdf', 'a b.pdf'],
    ['a name given twice', 'filename=a.pdf; filename=b.pdf', 'a.pdf'],
    ['an empty name', 'filename=""', ''],
    ['no name', 'size=12', undefined],
  ])('structuredValue reads RFC 2045 parameters: %s', (_name, written, fileName) => {
    expect(fileNameOf(written)).toBe(fileName)
  })

  it.each([
    ['one value', "filename*=utf-8''%E2%82%AC.pdf", '€.pdf'],
    ['one value with a language', "filename*=iso-8859-15'de'%A4%20a.pdf", '€ a.pdf'],
    ['continuations', 'filename*0="a b"; filename*1=".pdf"', 'a b.pdf'],
    ['continuations in another order', "filename*1*=%20b.pdf; filename*0*=utf-8''a", 'a b.pdf'],
    [
      'more than ten continuations',
      Array.from({ length: 12 }, (_, n) => `filename*${n}=${n}.`).join(';'),
      '0.1.2.3.4.5.6.7.8.9.10.11.',
    ],
    ['a character split over two continuations', "filename*0*=utf-8''a%C3; filename*1*=%A4.pdf", 'aä.pdf'],
    [
      'a literal continuation beside an encoded one',
      'filename*0*=utf-8\'\'%E4%BD%A0; filename*1="100%25 a.pdf"',
      '你100%25 a.pdf',
    ],
    [
      'a continuation with an unencoded apostrophe',
      "filename*0*=utf-8''it's%20; filename*1*=Tom's.pdf",
      "it's Tom's.pdf",
    ],
    ['a plain name beside the encoded one', "filename=plain.pdf; filename*=utf-8''%C3%A4.pdf", 'ä.pdf'],
    ['one value beside continuations', "filename*0=a; filename*1=b; filename*=utf-8''%C3%A4", 'ä'],
    ['quotes around the encoded value', `filename*="utf-8''%C3%A4 b.pdf"`, 'ä b.pdf'],
    ['an underscore and an equals sign', "filename*=utf-8''a_b=C3.pdf", 'a_b=C3.pdf'],
    ['a percent sign that does not encode a byte', "filename*=utf-8''100%.pdf", '100%.pdf'],
    ['no charset', "filename*=''%C3%A4.pdf", 'ä.pdf'],
    ['neither a charset nor apostrophes', 'filename*=%C3%A4.pdf', 'ä.pdf'],
    ['an unknown charset', "filename*=x-nothing''%E4.pdf", 'ä.pdf'],
    [
      'UTF-8 labelled US-ASCII',
      "filename*0*=us-ascii''%28X%29%20801%20; filename*1*=%20%E2%80%93%20Y%20; filename*2*=Z%2Epdf",
      '(X) 801  – Y Z.pdf',
    ],
    ['windows-1252 labelled US-ASCII', "filename*=us-ascii''%96.pdf", '–.pdf'],
    ['raw UTF-8 within the encoded value', "filename*=utf-8''ä%20b.pdf", 'ä b.pdf'],
    [
      'an encoded word within the encoded value',
      "filename*=utf-8''%3D%3Futf-8%3FQ%3F%3D2Eexe%3F%3D",
      '=?utf-8?Q?=2Eexe?=',
    ],
  ])('structuredValue reads RFC 2231 parameters: %s', (_name, written, fileName) => {
    expect(fileNameOf(written)).toBe(fileName)
  })

  it.each([
    ['in quotes', 'filename="=?utf-8?Q?=C3=A4_b.pdf?="', 'ä b.pdf'],
    ['without quotes', 'filename==?utf-8?B?w6QuZG9j?=', 'ä.doc'],
    ['twice', 'filename="=?utf-8?Q?=C3=A4?= =?utf-8?Q?=C3=B6.pdf?="', 'äö.pdf'],
    ['in UTF-8 but labelled US-ASCII', 'filename="=?us-ascii?Q?=E2=80=93.pdf?="', '–.pdf'],
    ['beside plain text', 'filename="a =?utf-8?Q?=C3=A4?=.pdf"', 'a ä.pdf'],
    ['split over plain continuations', 'filename*0="=?utf-8?B?w6Qu"; filename*1="cGRm?="', 'ä.pdf'],
  ])('structuredValue decodes an encoded word %s', (_name, written, fileName) => {
    expect(fileNameOf(written)).toBe(fileName)
  })

  it('structuredValue reads raw 8-bit values as UTF-8 if they are valid, and otherwise as windows-1252', () => {
    expect(fileNameOf('filename="Größe à.pdf"')).toBe('Größe à.pdf')
    expect(fileNameOf('filename=Größe.pdf')).toBe('Größe.pdf')
    expect(structuredValue('attachment; filename="Gr\xf6\xdfe \x80.pdf"').parameters.filename).toBe('Größe €.pdf')
    expect(structuredValue('attachment; filename*0="Gr\xc3"; filename*1="\xb6.pdf"').parameters.filename).toBe(
      'Grö.pdf',
    )
  })

  it('structuredValue leaves the boundary as it is, because it must match the bytes of the body', () => {
    const boundary = '=?utf-8?Q?a?=  \xc3\xa4'
    expect(structuredValue(`multipart/mixed; boundary="${boundary}"`).parameters.boundary).toBe(boundary)
  })

  it('structuredValue accepts any parameter name', () => {
    const { parameters } = structuredValue('a; __proto__=1; constructor*=2; *=3; *0*=4; =5; toString')
    expect(Object.entries(parameters)).toContainEqual(['__proto__', '1'])
    expect(parameters.constructor).toBe('2')
  })

  it('structuredValue never throws', () => {
    const piece = fc.constantFrom(
      'a',
      'filename',
      '*',
      '0',
      '1',
      '=',
      ';',
      '"',
      '\\',
      '(',
      ')',
      "'",
      "utf-8''",
      '%',
      '%C3',
      '\xa4',
      '=?utf-8?Q?',
      '?=',
      ' ',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const { parameters } = structuredValue(pieces.join(''))
        expect(Object.values(parameters).every((value) => typeof value === 'string')).toBe(true)
        expect(mediaTypeOf(pieces.join('')).type).toMatch(/^[^\s/]+\/[^\s/]+$/)
      }),
      { numRuns: 3_000 },
    )
  })

  it.each([
    ['parameters', (n: number) => ';a=b'.repeat(n)],
    ['continuations', (n: number) => Array.from({ length: n / 4 }, (_, at) => `;filename*${at}*=%41`).join('')],
    ['comments that never end', (n: number) => `;${'('.repeat(n)}`],
    ['blanks', (n: number) => `text${' '.repeat(n)}a`],
    ['quotes', (n: number) => '"a'.repeat(n)],
    ['apostrophes', (n: number) => `;a*=${"'".repeat(n)}`],
    ['percent signs', (n: number) => `;a*=${'%'.repeat(n)}`],
  ])('structuredValue takes less than a second for 64 KiB of %s', (_name, of) => {
    const value = of(32 * 1024).slice(0, 64 * 1024)
    const started = process.cpuUsage()
    structuredValue(value)
    mediaTypeOf(value)
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(1000)
  })
})

describe('mediaTypeOf', () => {
  it.each([
    ['text/html; charset=utf-8', 'text/html', { charset: 'utf-8' }],
    ['TEXT/HTML; CHARSET="UTF-8"', 'text/html', { charset: 'UTF-8' }],
    [' text/html (a page) ; charset=utf-8 (Unicode)', 'text/html', { charset: 'utf-8' }],
    ['(a page) text/html; charset=utf-8', 'text/html', { charset: 'utf-8' }],
    ['text/html;', 'text/html', {}],
    ['text/html', 'text/html', {}],
    ['message/rfc822', 'message/rfc822', {}],
    ['application/vnd.ms-excel.sheet+x!#$&^_', 'application/vnd.ms-excel.sheet+x!#$&^_', {}],
  ])('mediaTypeOf reads the type %s', (written, type, parameters) => {
    expect(mediaTypeOf(written)).toEqual({ type, parameters })
  })

  it.each([
    ['text/html charset=utf-8', 'text/html', { charset: 'utf-8' }],
    ['text/plain charset="iso-8859-2"', 'text/plain', { charset: 'iso-8859-2' }],
    ['text/plain charset="iso-8859-2"; format=flowed', 'text/plain', { charset: 'iso-8859-2', format: 'flowed' }],
    ['text/html, charset=utf-8', 'text/html', { charset: 'utf-8' }],
    ['text/html,charset=utf-8; format=flowed', 'text/html', { charset: 'utf-8', format: 'flowed' }],
    ['text / html', 'text/html', {}],
    ['text / html ; charset = utf-8', 'text/html', { charset: 'utf-8' }],
    ['text/ html charset=utf-8', 'text/html', { charset: 'utf-8' }],
    ['"text/html"', 'text/html', {}],
    ['"text/html"; charset=utf-8', 'text/html', { charset: 'utf-8' }],
    ['"text/html; charset=utf-8"', 'text/html', { charset: 'utf-8' }],
    ['text/html:', 'text/html', {}],
    ['text/html: charset=utf-8', 'text/html', { charset: 'utf-8' }],
    ['text/plain, text/html', 'text/plain', {}],
    ['multipart/mixed boundary=b', 'multipart/mixed', { boundary: 'b' }],
    ['multipart/mixed boundary="a b"', 'multipart/mixed', { boundary: 'a b' }],
    ['multipart / mixed; boundary=b', 'multipart/mixed', { boundary: 'b' }],
    ['application/pdf name="a.pdf"', 'application/pdf', { name: 'a.pdf' }],
  ])('mediaTypeOf reads the faulty type %s', (written, type, parameters) => {
    expect(mediaTypeOf(written)).toMatchObject({ type, parameters })
  })

  it.each([
    [undefined, {}],
    ['', {}],
    [' ', {}],
    ['text', {}],
    ['pdf', {}],
    ['/', {}],
    ['text/', {}],
    ['/plain', {}],
    ['text//plain', {}],
    ['text/plain/x', {}],
    ['text; charset=iso-8859-2', { charset: 'iso-8859-2' }],
    ['text charset=iso-8859-2', { charset: 'iso-8859-2' }],
    ['; charset=iso-8859-2', { charset: 'iso-8859-2' }],
    ['charset=iso-8859-2', { charset: 'iso-8859-2' }],
    ['/; charset=iso-8859-2', { charset: 'iso-8859-2' }],
    ['text; name="a/b"', { name: 'a/b' }],
  ])('mediaTypeOf reads the invalid type "%s" as text/plain', (written, parameters) => {
    expect(mediaTypeOf(written)).toMatchObject({ type: 'text/plain', parameters })
  })
})

describe('dispositionOf', () => {
  it.each([
    ['Attachment; filename="a.pdf"', 'attachment', { filename: 'a.pdf' }],
    ['attachment filename=a.pdf', 'attachment', { filename: 'a.pdf' }],
    ['attachment, filename="a.pdf"', 'attachment', { filename: 'a.pdf' }],
    ['filename=a.pdf', '', { filename: 'a.pdf' }],
    ['; filename=a.pdf', '', { filename: 'a.pdf' }],
    ['inline', 'inline', {}],
    [undefined, '', {}],
  ])('dispositionOf reads "%s"', (written, kind, parameters) => {
    expect(dispositionOf(written)).toEqual({ kind, parameters })
  })
})
