import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressesIn } from '../../../../lib/messages/header/addresses.ts'
import { readMessageHeader } from '../../../../lib/messages/header/read-message-header.ts'
import { headerBlockLimit } from '../../../../lib/messages/message-header.ts'

const bytesOf = (text: string) => Buffer.from(text).toString('latin1')
const pairs = (text: string) => addressesIn(bytesOf(text)).map(({ name, address }) => [name, address])
const found = (text: string) => addressesIn(bytesOf(text)).map(({ address }) => address)

describe('addressesIn', () => {
  it.each([
    ['support@example.com', ['', 'support@example.com']],
    ['Support <support@example.com>', ['Support', 'support@example.com']],
    ['"Desk, Support" <support@example.com>', ['Desk, Support', 'support@example.com']],
    ['"Jane \\"JD\\" Doe" <support@example.com>', ['Jane "JD" Doe', 'support@example.com']],
    ['J. R. Doe <support@example.com>', ['J. R. Doe', 'support@example.com']],
    ['Doe, Jane <support@example.com>', ['Doe, Jane', 'support@example.com']],
    ["O'Neill <o'neill@example.com>", ["O'Neill", "o'neill@example.com"]],
    ['support@example.com (Support)', ['Support', 'support@example.com']],
    ['support@example.com (Support (first line))', ['Support (first line)', 'support@example.com']],
    ['Support support@example.com', ['Support', 'support@example.com']],
    ['"Support" support@example.com', ['Support', 'support@example.com']],
    ['=?utf-8?Q?Desk=2C_B?= <support@example.com>', ['Desk, B', 'support@example.com']],
    ['=?utf-8?Q?Desk,_B?= <support@example.com>', ['Desk, B', 'support@example.com']],
    ['=?utf-8?Q?Desk, B?= <support@example.com>', ['Desk, B', 'support@example.com']],
    ['=?utf-8?Q?A?=\r\n =?utf-8?Q?B?= <support@example.com>', ['AB', 'support@example.com']],
    ['"=?utf-8?Q?J=C3=BCrgen?=" <support@example.com>', ['Jürgen', 'support@example.com']],
    ['Jürgen à Paris <support@example.com>', ['Jürgen à Paris', 'support@example.com']],
    ['"Jürgen, à" <support@example.com>', ['Jürgen, à', 'support@example.com']],
    ['[Support] <support@example.com>', ['[Support]', 'support@example.com']],
  ])('addressesIn reads the name and the address of %j', (text, pair) => {
    expect(pairs(text)).toEqual([pair])
  })

  it.each([
    ['blanks around every sign', 'support . desk @ example . com', ['support.desk@example.com']],
    ['blanks in brackets', 'Desk < support @ example . com >', ['support@example.com']],
    ['folds around the signs', 'support\r\n @\r\n example\r\n .com', ['support@example.com']],
    ['folds in brackets', 'Desk <support\r\n @example\r\n\t.com>', ['support@example.com']],
    ['bare CRs around the signs', 'support\r@\rexample.com', ['support@example.com']],
    ['comments around the signs', 'support(a)@(b)example(c).(d)com', ['support@example.com']],
    ['comments in brackets', '<support(a) @ (b)example(c).com(d)>', ['support@example.com']],
    [
      'comments everywhere',
      '(a)Desk(b)<(c)support@example.com(d)>(e),(f)a@x.example',
      ['support@example.com', 'a@x.example'],
    ],
    ['a nested comment', 'support@example.com (a (b@x.example) \\) c)', ['support@example.com']],
    ['a comment that separates two words', 'support@example.com(x)evil.example', ['support@example.com']],
    ['a needlessly quoted local part', '"support"@example.com', ['support@example.com']],
    ['a needlessly quoted local part in brackets', 'Desk <"support"@example.com>', ['support@example.com']],
    ['a partly quoted local part', '"support".desk@example.com', ['support.desk@example.com']],
    ['a quoted local part with a blank', 'Desk <"a b"@x.example>', ['"a b"@x.example']],
    ['a quoted local part without brackets', '"a b" @ x.example', ['"a b"@x.example']],
    ['a quoted local part with an address', '"support@example.com"@x.example', ['"support@example.com"@x.example']],
    ['a route', '<@a.example,@b.example:support@example.com>', ['support@example.com']],
    ['a route with blanks', 'Desk <@a.example, @b.example : support@example.com>', ['support@example.com']],
    [
      'semicolons',
      'a@x.example; Desk <support@example.com>;b@x.example;',
      ['a@x.example', 'support@example.com', 'b@x.example'],
    ],
    ['a semicolon in a quoted name', '"Desk; Support" <support@example.com>', ['support@example.com']],
    ['no closing bracket', 'Desk <support@example.com', ['support@example.com']],
    [
      'no closing bracket before a comma',
      'Desk <support@example.com, B <b@x.example>',
      ['support@example.com', 'b@x.example'],
    ],
    ['no opening bracket', 'Desk support@example.com>', ['support@example.com']],
    ['no closing quote', '"Desk <support@example.com>, b@x.example', ['support@example.com', 'b@x.example']],
    ['no opening quote', 'Desk" <support@example.com>, b@x.example', ['support@example.com', 'b@x.example']],
    [
      'no closing parenthesis',
      'Desk (first <support@example.com>, b@x.example',
      ['support@example.com', 'b@x.example'],
    ],
    ['no opening parenthesis', 'Desk) <support@example.com>', ['support@example.com']],
    ['two brackets', 'Desk <<support@example.com>>', ['support@example.com']],
    ['only two brackets', '<<support@example.com>>, b@x.example', ['support@example.com', 'b@x.example']],
    ['apostrophes', "'support@example.com'", ['support@example.com']],
    ['apostrophes in brackets', "'Desk' <'support@example.com'>", ['support@example.com']],
    ['a dot after the domain', 'support@example.com., Desk <b@x.example.>', ['support@example.com', 'b@x.example']],
    ['mailto', 'mailto:support@example.com', ['support@example.com']],
    ['mailto in brackets', 'Desk <MAILTO:support@example.com>', ['support@example.com']],
    ['SMTP in brackets', 'Desk <SMTP:support@example.com>', ['support@example.com']],
    ['empty entries', ', ,support@example.com,,<>,', ['support@example.com']],
    ['a group', 'Team: a@x.example, "B" <b@x.example>;, c@x.example', ['a@x.example', 'b@x.example', 'c@x.example']],
    ['a group that never ends', 'Team: a@x.example, b@x.example', ['a@x.example', 'b@x.example']],
    ['two groups', 'A: a@x.example; B: b@x.example;', ['a@x.example', 'b@x.example']],
    ['a quoted group name', '"A: a@y.example": a@x.example;', ['a@x.example']],
    ['a domain literal', 'a@[192.0.2.1], b@[IPv6:2001:db8::1]', ['a@[192.0.2.1]', 'b@[IPv6:2001:db8::1]']],
    ['the address as its name', 'support@example.com <support@example.com>', ['support@example.com']],
    ['a local part in UTF-8', 'Übung <à.übung@bücher.example>', ['à.übung@bücher.example']],
    ['a no-break space after it', 'support@example.com\u00a0, b@x.example', ['support@example.com', 'b@x.example']],
  ])('addressesIn reads an address with %s', (_name, text, addresses) => {
    expect(found(text).filter((address) => address !== '')).toEqual(addresses)
  })

  it.each([
    ['a comment after an empty group', 'undisclosed-recipients:; (list)'],
    ['an address in a comment after an empty group', 'undisclosed-recipients:; (support@example.com)'],
    ['a comment in an empty group', 'undisclosed-recipients: (support@example.com);'],
    ['only comments', '(support@example.com), (b)'],
    ['nothing', ''],
    ['blanks', ' \t\r\n '],
  ])('addressesIn finds nothing in %s', (_name, text) => {
    expect(pairs(text)).toEqual([])
  })

  it.each([
    ['an encoded name', '=?utf-8?Q?support=40example.com?= <a@x.example>', ['a@x.example']],
    ['an encoded name with a comma', '=?utf-8?Q?=2Csupport=40example.com=2C?= <a@x.example>', ['a@x.example']],
    ['an unencoded comma in a word', '=?utf-8?Q?,support@example.com,?= <a@x.example>', ['a@x.example']],
    ['brackets in a word', '=?utf-8?Q?<support@example.com>?= <a@x.example>', ['a@x.example']],
    ['brackets encoded in a word', '=?utf-8?Q?=3Csupport=40example.com=3E?= <a@x.example>', ['a@x.example']],
    ['an encoded name in another entry', '=?utf-8?Q?support=40example.com?=, a@x.example', ['', 'a@x.example']],
    ['an encoded name after the address', 'a@x.example (=?utf-8?Q?support=40example.com?=)', ['a@x.example']],
    ['a quoted name', '"support@example.com" <a@x.example>', ['a@x.example']],
    ['a quoted name with a comma', '"support@example.com, b" <a@x.example>', ['a@x.example']],
    ['a quoted name in another entry', '"support@example.com", a@x.example', ['', 'a@x.example']],
    ['a quoted name without brackets', '"support@example.com" a@x.example', ['a@x.example']],
    ['a quoted name in the brackets', '<"support@example.com" a@x.example>', ['a@x.example']],
    ['a bare name', 'support@example.com <a@x.example>', ['a@x.example']],
    ['a name in a comment', '(support@example.com) a@x.example', ['a@x.example']],
  ])('addressesIn does not take an address from a name beside a real address: %s', (_name, text, addresses) => {
    expect(found(text)).toEqual(addresses)
  })

  it.each([
    ['in base64', '=?utf-8?B?IkRlc2siIDxzdXBwb3J0QGV4YW1wbGUuY29tPg==?=', ['Desk', 'support@example.com']],
    ['in quoted-printable', '=?utf-8?Q?support=40example.com?=', ['', 'support@example.com']],
    ['with an unencoded @', '=?utf-8?Q?support@example.com?=', ['', 'support@example.com']],
    ['in brackets', 'Desk <=?utf-8?Q?support=40example.com?=>', ['Desk', 'support@example.com']],
    ['in two words', '=?utf-8?Q?Desk_=3Csupport=40?= =?utf-8?Q?example.com=3E?=', ['Desk', 'support@example.com']],
    [
      'with a quoted comma',
      '=?utf-8?Q?=22A, b=40x.example=22_=3Csupport=40example.com=3E?=',
      ['A, b@x.example', 'support@example.com'],
    ],
    ['with other characters', '=?utf-8?Q?B=C3=BCro_=3Csupport=40example.com=3E?=', ['Büro', 'support@example.com']],
    ['in quotes', '"support@example.com"', ['', 'support@example.com']],
    ['with its name in quotes', '"Desk <support@example.com>"', ['Desk', 'support@example.com']],
    ['encoded and in quotes', '"=?utf-8?Q?support=40example.com?="', ['', 'support@example.com']],
  ])('addressesIn reads an encoded or quoted address if the field has no other: %s', (_name, text, pair) => {
    expect(pairs(text)).toEqual([pair])
  })

  it('addressesIn reads all encoded addresses of a field', () => {
    const text = 'root, =?utf-8?Q?a=40x.example?=, =?utf-8?Q?b=40x.example=2C_c=40x.example?='
    expect(found(text)).toEqual(['', 'a@x.example', 'b@x.example', 'c@x.example'])
  })

  it('addressesIn returns a name with 8-bit characters in any charset', () => {
    expect(addressesIn('J\xfcrgen \xe0 <a@x.example>')).toEqual([{ name: 'Jürgen à', address: 'a@x.example' }])
    expect(addressesIn('=?koi8-r?Q?\xf0\xd2?= <a@x.example>')).toEqual([{ name: 'Пр', address: 'a@x.example' }])
  })

  it('addressesIn reads the last of 6,000 addresses in one field', () => {
    const text = Array.from({ length: 6_000 }, (_, n) => `"Recipient ${n}" <r${n}@example.org>`).join(',\r\n ')
    expect(text.length).toBeGreaterThan(200 * 1024)
    const addresses = found(text)
    expect(addresses).toHaveLength(6_000)
    expect(addresses.at(-1)).toBe('r5999@example.org')
  })

  it('addressesIn reads the same addresses in every form in which they can be written', () => {
    const atom = fc.stringMatching(/^[a-z][a-z0-9_+-]{0,8}$/)
    const local = fc.array(atom, { minLength: 1, maxLength: 3 })
    const domain = fc.array(atom, { minLength: 2, maxLength: 3 })
    const name = fc.constantFrom('', 'Desk', 'Desk, Jane', 'evil@y.example', 'a; b: <c@y.example>', 'Jürgen à', 'x"y\\')
    const blank = fc.constantFrom('', ' ', '\r\n ', '(c)', ' (evil@y.example, "(b)") ')
    const one = fc.tuple(local, domain, name, blank, fc.nat()).map(([left, right, shown, space, style]) => {
      const address = `${left.join('.')}@${right.join('.')}`
      const spaced = `${left.join(`${space}.${space}`)}${space}@${space}${right.join(`${space}.${space}`)}`
      const quoted = `"${shown.replaceAll(/["\\]/g, '\\$&')}"`
      const encoded = `=?utf-8?B?${Buffer.from(shown).toString('base64')}?=`
      const forms = [
        ...[spaced, `<${spaced}>`, `${quoted} <${spaced}>`, `${quoted}${space}<${space}${spaced}${space}>${space}`],
        ...[`${encoded} <${spaced}>`, `"${left.join('.')}"@${right.join('.')}`, `<@r.example:${address}>`],
        ...[`Team:${spaced};`, `Team: ${quoted} <${address}>;`, `${spaced}(comment)`],
      ]
      return { address, text: forms[style % forms.length] ?? '' }
    })
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(',', ', ', ',\r\n '),
        (some, comma) => {
          const text = some.map((each) => each.text).join(comma)
          expect(found(text), text).toEqual(some.map(({ address }) => address))
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it.each([
    [
      'two mailboxes',
      'Jane <a@x.example> Desk <support@example.com>',
      [
        ['Jane', 'a@x.example'],
        ['Desk', 'support@example.com'],
      ],
    ],
    [
      'three mailboxes on folded lines',
      'A <a@x.example>\r\n B <b@x.example>\r\n <support@example.com>',
      [
        ['A', 'a@x.example'],
        ['B', 'b@x.example'],
        ['', 'support@example.com'],
      ],
    ],
    [
      'two brackets',
      '<a@x.example><support@example.com>',
      [
        ['', 'a@x.example'],
        ['', 'support@example.com'],
      ],
    ],
    [
      'two bare addresses',
      'a@x.example support@example.com',
      [
        ['', 'a@x.example'],
        ['', 'support@example.com'],
      ],
    ],
    [
      'two bare addresses on folded lines',
      'a@x.example\r\n\tsupport@example.com',
      [
        ['', 'a@x.example'],
        ['', 'support@example.com'],
      ],
    ],
    [
      'two addresses with a word between them',
      'a@x.example and support@example.com',
      [
        ['', 'a@x.example'],
        ['', 'support@example.com'],
      ],
    ],
    [
      'a name with its own brackets',
      'Desk <EMEA> <support@example.com>',
      [
        ['Desk', 'EMEA'],
        ['', 'support@example.com'],
      ],
    ],
    [
      'brackets before a colon',
      '<support@example.com>: b@x.example',
      [
        ['', 'support@example.com'],
        ['', 'b@x.example'],
      ],
    ],
  ])('addressesIn reads every address if there is no comma between them: %s', (_name, text, mailboxes) => {
    expect(pairs(text)).toEqual(mailboxes)
  })

  it.each([
    ['an @ before the address', '@support@example.com'],
    ['an @ after the address', 'support@example.com@'],
    ['two @ signs', 'support@@example.com'],
    ['a second domain', 'support@example.com@x.example'],
    ['a second domain in brackets', '<support@example.com@x.example>'],
    ['two dots after the domain', 'support@example.com..'],
    ['a NUL in the address', 'sup\0port@example.com'],
    ['a backslash before the address', '\\support@example.com'],
    ['full-width brackets', 'Desk ＜support@example.com＞'],
    ['square brackets', '[support@example.com]'],
    ['a name before empty brackets', 'support@example.com <>'],
    ['the name of a group', 'support@example.com: a@x.example;'],
    ['a quoted name in brackets', 'a@x.example, <"support@example.com">'],
    ['an address after brackets', '<a@x.example> support@example.com'],
    ['a command in an alias', '"|/usr/bin/filter support@example.com"'],
    ['a quoted sentence', '"Questions about support@example.com"'],
    ['an encoded sentence', '=?utf-8?Q?Questions_about_support=40example.com?='],
  ])('addressesIn does not read support@example.com from a text that is not its mailbox: %s', (_name, text) => {
    expect(found(text)).not.toContain('support@example.com')
  })

  it('addressesIn accepts any text', () => {
    const piece = fc.constantFrom(...'<>,;:"\\()@.=?[] \r\n\t\0aß'.split(''), '=?utf-8?Q?', '?=', 'a@x.example', '\xa0')
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 60 }), (parts) => {
        for (const { name, address } of addressesIn(bytesOf(parts.join('')))) {
          expect(name).not.toMatch(/\p{Cs}|\p{Cc}/u)
          expect(address).not.toMatch(/\p{Cs}|\p{Co}/u)
        }
      }),
      { numRuns: 5_000 },
    )
  })

  it.each([
    ...['<', '>', '<>', '(', ')', '"', '"\\', '\\"', '=?a?q?', '=?utf-8?q?a?=', '=?utf-8?q?a?= ', 'a . ', ' @ ', '.'],
    ...[
      'a@b,',
      '<a@b>,',
      '<@a,',
      'a:b@c,',
      'a:b@c;',
      '@a,',
      ',',
      '"a"@',
      "'",
      'mailto:',
      '[',
      '@[',
      '(a)',
      '"a" ',
      ' ',
      '\xa0',
      '<<',
    ],
    ...['\r', 'a (b) ', '<(', '<"', '=?', '?=', '"=?utf-8?q?a?=" '],
  ])('addressesIn reads 256 KiB of %j in time', (piece) => {
    const text = piece.repeat(headerBlockLimit / piece.length)
    const started = performance.now()
    addressesIn(text)
    addressesIn(`a@x.example, ${text}`)
    addressesIn(`<@a.example,${text}`)
    addressesIn(`<${' '.repeat(text.length / 2)}@${text.slice(text.length / 2)}`)
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})

describe('displayed addresses', () => {
  const shown = (value: string) => readMessageHeader(Buffer.from(`To: ${value}\r\n\r\n`), 'X-OTOBO-')?.to

  it.each([
    ['undisclosed-recipients:; (list)', 'undisclosed-recipients:; (list)'],
    ['=?utf-8?B?IkRlc2siIDxzdXBwb3J0QGV4YW1wbGUuY29tPg==?=', 'Desk <support@example.com>'],
    ['support @ example . com', 'support@example.com'],
    ['Jane\rDoe <a@x.example>', 'Jane Doe <a@x.example>'],
    ['"support@example.com" <a@x.example>', '"support@example.com" <a@x.example>'],
    ['=?utf-8?Q?B=C3=BCro?= <a@x.example>', 'Büro <a@x.example>'],
    ['root', 'root'],
  ])('the displayed addresses of %j are %j', (value, text) => {
    expect(shown(value)).toBe(text)
  })
})
