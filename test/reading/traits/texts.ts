import type { TextTrait } from '../compose.ts'
import { base64, entity, lines, quotedPrintable, utf8 } from '../message.ts'

const latin2 = '\xb9lu\xbbou\xe8k\xfd k\xf9\xf2'
const latin2Words = 'šluťoučký kůň'

const text = (name: string, type: string, bytes: string, words: string, source: string): TextTrait => ({
  name,
  kind: 'plain',
  entity: entity(type, bytes, 'Content-Transfer-Encoding: 8bit'),
  words,
  source,
})

const htmlText = (name: string, type: string, bytes: string, words: string, source: string): TextTrait => ({
  ...text(name, type, bytes, words, source),
  kind: 'html',
})

const type = 'RFC 2045 section 5.2, RFC 2046 section 4.1.4'

/** Content types that are written correctly, and content types that are not. */
export const types: readonly TextTrait[] = [
  text('no type', '', 'Words', 'Words', 'RFC 2045 section 5.2'),
  text('an empty type', ' ', 'Words', 'Words', type),
  text('the type `text`', 'text', 'Words', 'Words', type),
  text('the type `text/`', 'text/', 'Words', 'Words', type),
  text('the type `/`', '/', 'Words', 'Words', type),
  text('a type of prose', 'plain text', 'Words', 'Words', type),
  text('a type in upper case', 'TEXT/PLAIN; CHARSET="ISO-8859-2"', latin2, latin2Words, 'RFC 2045 section 5.1'),
  text('a plain type without a semicolon', 'text/plain charset="iso-8859-2"', latin2, latin2Words, 'a common fault'),
  text('a plain type with a comma', 'text/plain, charset=iso-8859-2', latin2, latin2Words, 'a common fault'),
  text('a plain type with blanks', 'text / plain ; charset = iso-8859-2', latin2, latin2Words, 'a common fault'),
  text('a plain type with two semicolons', 'text/plain;; charset=iso-8859-2', latin2, latin2Words, 'a common fault'),
  text(
    'a plain type that ends with a semicolon',
    'text/plain; charset=iso-8859-2;',
    latin2,
    latin2Words,
    'a common fault',
  ),
  text(
    'a type with a comment',
    'text/plain (prose); charset=iso-8859-2 (Latin 2)',
    latin2,
    latin2Words,
    'RFC 2045 section 5.1',
  ),
  text('a folded type', 'text/plain;\r\n\tcharset=iso-8859-2', latin2, latin2Words, 'RFC 5322 section 2.2.3'),
  text('Markdown', 'text/markdown; charset=utf-8', utf8('# Grüße'), '# Grüße', 'RFC 2046 section 4.1.4, RFC 7763'),
  text('an unknown text type', 'text/x-anything; charset=utf-8', utf8('Grüße'), 'Grüße', 'RFC 2046 section 4.1.4'),
  htmlText(
    'an HTML type without a semicolon',
    'text/html charset=utf-8',
    utf8('<p>Grüße</p>'),
    'Grüße',
    'a common fault',
  ),
  htmlText('an HTML type with a comma', 'text/html, charset=utf-8', utf8('<p>Grüße</p>'), 'Grüße', 'a common fault'),
  htmlText('an HTML type with blanks', 'text / html; charset=utf-8', utf8('<p>Grüße</p>'), 'Grüße', 'a common fault'),
  htmlText(
    'an HTML type in mixed case',
    'Text/HTML; Charset=UTF-8',
    utf8('<p>Grüße</p>'),
    'Grüße',
    'RFC 2045 section 5.1',
  ),
]

const utf16 = (words: string): string => Buffer.from(words, 'utf16le').toString('latin1')

/** Charsets, declared and undeclared. */
export const charsets: readonly TextTrait[] = [
  text('UTF-8', 'text/plain; charset=utf-8', utf8('Grüße 😀'), 'Grüße 😀', 'RFC 3629'),
  text('ISO-8859-2', 'text/plain; charset=iso-8859-2', latin2, latin2Words, 'RFC 2046 section 4.1.2'),
  text('windows-1252', 'text/plain; charset=windows-1252', '\x84Gr\xfc\xdfe\x93 \x80', '„Grüße“ €', 'RFC 2978'),
  text('KOI8-R', 'text/plain; charset=koi8-r', '\xf0\xd2\xc9\xd7\xc5\xd4', 'Привет', 'RFC 1489'),
  text('ISO-2022-JP', 'text/plain; charset=iso-2022-jp', '\x1b$B$3$s$K$A$O\x1b(B', 'こんにちは', 'RFC 1468'),
  text('Shift_JIS', 'text/plain; charset=shift_jis', '\x82\xb1\x82\xf1', 'こん', 'RFC 2978'),
  text('GB18030', 'text/plain; charset=gb18030', '\xc4\xe3\xba\xc3', '你好', 'RFC 2978'),
  text('windows-1250', 'text/plain; charset=windows-1250', '\x9alu\x9d', 'šluť', 'RFC 2978'),
  text(
    'windows-1252 with the label iso-8859-1',
    'text/plain; charset=iso-8859-1',
    '\x84Gr\xfc\xdfe\x93 \x80',
    '„Grüße“ €',
    'Encoding, names and labels',
  ),
  text('GBK with the label gb2312', 'text/plain; charset=gb2312', '\x81\x40', '丂', 'Encoding, names and labels'),
  text('Korean', 'text/plain; charset="ks_c_5601-1987"', '\xb0\xa1', '가', 'Encoding, names and labels'),
  text('UTF-8 with the label utf8', 'text/plain; charset=utf8', utf8('Grüße'), 'Grüße', 'Encoding, names and labels'),
  text('a charset in apostrophes', "text/plain; charset='iso-8859-2'", latin2, latin2Words, 'a common fault'),
  text('UTF-7', 'text/plain; charset=utf-7', 'Gr+APwA3w-e', 'Grüße', 'RFC 2152'),
  text('UTF-8 without a label', 'text/plain', utf8('Grüße'), 'Grüße', 'docs/reading-messages.md'),
  text('windows-1252 without a label', 'text/plain', 'Gr\xfc\xdfe \x80', 'Grüße €', 'docs/reading-messages.md'),
  text(
    'UTF-8 with the label us-ascii',
    'text/plain; charset=us-ascii',
    utf8('Grüße'),
    'Grüße',
    'docs/reading-messages.md',
  ),
  text(
    'windows-1252 with an unknown label',
    'text/plain; charset=x-none',
    'Gr\xfc\xdfe',
    'Grüße',
    'docs/reading-messages.md',
  ),
  text('UTF-8 with a BOM', 'text/plain; charset=utf-8', utf8('\ufeffGrüße'), 'Grüße', 'RFC 3629 section 6'),
  text(
    'UTF-8 with a BOM and a wrong label',
    'text/plain; charset=iso-8859-1',
    utf8('\ufeffGrüße'),
    'Grüße',
    'Encoding, BOM sniff',
  ),
  htmlText(
    'HTML in the charset of its meta element',
    'text/html',
    `<meta charset="iso-8859-2"><p>${latin2}</p>`,
    latin2Words,
    'HTML, prescan a byte stream',
  ),
  htmlText(
    'HTML in the charset of its http-equiv element',
    'text/html',
    `<html><head><META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=ISO-8859-2'></head><p>${latin2}</p>`,
    latin2Words,
    'HTML, prescan a byte stream',
  ),
  htmlText(
    'HTML with an unquoted meta charset',
    'text/html',
    `<meta charset=iso-8859-2><p>${latin2}</p>`,
    latin2Words,
    'HTML, prescan a byte stream',
  ),
  htmlText(
    'HTML whose type and meta element differ',
    'text/html; charset=iso-8859-2',
    `<meta charset="koi8-r"><p>${latin2}</p>`,
    latin2Words,
    'HTML, determining the character encoding: the transport counts before meta',
  ),
  htmlText(
    'HTML with the label us-ascii and a meta element',
    'text/html; charset=us-ascii',
    `<meta charset="iso-8859-2"><p>${latin2}</p>`,
    latin2Words,
    'docs/reading-messages.md',
  ),
  htmlText(
    'HTML in UTF-8 whose meta element declares UTF-16',
    'text/html',
    utf8('<meta charset="utf-16"><p>Grüße</p>'),
    'Grüße',
    'HTML, prescan a byte stream: UTF-16 in meta means UTF-8',
  ),
  htmlText(
    'HTML in UTF-8 with a BOM',
    'text/html; charset=iso-8859-1',
    utf8('\ufeff<p>Grüße</p>'),
    'Grüße',
    'HTML, BOM sniffing',
  ),
  htmlText('HTML in UTF-16 with a BOM', 'text/html', utf16('\ufeff<p>Grüße</p>'), 'Grüße', 'HTML, BOM sniffing'),
  htmlText(
    'HTML whose meta element is in a comment',
    'text/html',
    utf8('<!-- <meta charset="iso-8859-2"> --><p>Grüße</p>'),
    'Grüße',
    'HTML, prescan a byte stream: comments are skipped',
  ),
  htmlText(
    'HTML whose meta element comes after 1,024 bytes',
    'text/html',
    utf8(`<p>Grüße</p>${' '.repeat(1100)}<meta charset="iso-8859-2">`),
    'Grüße',
    'HTML, prescan a byte stream',
  ),
]

const encoded = (name: string, encoding: string, body: string, source = 'RFC 2045 section 6'): TextTrait => ({
  name,
  kind: 'plain',
  entity: entity('text/plain; charset=iso-8859-2', body, `Content-Transfer-Encoding: ${encoding}`),
  words: latin2Words,
  source,
})

/** Transfer encodings, correct and damaged. */
export const encodings: readonly TextTrait[] = [
  encoded('quoted-printable', 'quoted-printable', quotedPrintable(latin2)),
  encoded('quoted-printable in mixed case', 'Quoted-Printable', quotedPrintable(latin2)),
  encoded(
    'quoted-printable with lower-case digits',
    'quoted-printable',
    '=b9lu=bbou=e8k=fd k=f9=f2',
    'RFC 2045 section 6.7',
  ),
  encoded(
    'quoted-printable with blanks after soft line breaks',
    'quoted-printable',
    '=B9lu=BBou=  \r\n=E8k=FD=20k=F9=F2',
    'RFC 2045 section 6.7',
  ),
  encoded(
    'quoted-printable followed by a comment',
    'quoted-printable (by a gateway)',
    quotedPrintable(latin2),
    'RFC 2045 section 6.1',
  ),
  encoded('base64', 'base64', base64(latin2)),
  encoded('base64 in upper case', 'BASE64', base64(latin2)),
  encoded('base64 without padding', 'base64', base64(latin2).replaceAll('=', ''), 'RFC 2045 section 6.8'),
  encoded('base64 with blanks', 'base64', base64(latin2).replace(/(.{3})/g, '$1 \r\n'), 'RFC 2045 section 6.8'),
  encoded('base64 followed by a semicolon', 'base64;', base64(latin2), 'RFC 2045 section 6.1'),
  encoded('an unknown encoding', 'x-unknown', latin2, 'RFC 2045 section 6.4'),
  encoded('binary', 'binary', latin2),
  {
    ...encoded('uuencode', 'x-uuencode', ''),
    entity: entity(
      'text/plain',
      lines('begin 644 cat.txt', '#0V%T', '`', 'end'),
      'Content-Transfer-Encoding: x-uuencode',
    ),
    words: 'Cat',
    source: 'POSIX uuencode',
  },
  {
    ...encoded('uuencode with another label', 'uuencode', ''),
    entity: entity('text/plain', lines('begin 644 cat.txt', '#0V%T', '', 'end'), 'Content-Transfer-Encoding: x-uue'),
    words: 'Cat',
    source: 'POSIX uuencode',
  },
]
