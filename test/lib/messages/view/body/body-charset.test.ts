import { describe, expect, test } from 'vitest'
import { readContents } from '../../../../../lib/messages/view/message-contents.ts'
import { bytesOf, pieces } from '../sample-mails.ts'
import { messageWith, part } from './parts.ts'

const never = new AbortController().signal
const textOf = async (contentType: string, bytes: string) =>
  (await readContents(pieces(messageWith(part(contentType, bytes))), never)).text?.content

/** "Žluťouč" in ISO-8859-2. Read as windows-1252, it is "®lu»ouè". */
const word = '\xaelu\xbbou\xe8'
const utf16 = (text: string, mark: string, swap: boolean) => {
  const bytes = Buffer.from(text, 'utf16le')
  return mark + (swap ? bytes.swap16() : bytes).toString('latin1')
}

describe('readContents: the charset of HTML', () => {
  test.each([
    ['a meta element', '', `<meta charset="iso-8859-2">${word}`],
    ['a meta element without quotes', '', `<META CHARSET=iso-8859-2>${word}`],
    ['a meta element with single quotes', '', `<meta charset = 'ISO-8859-2' />${word}`],
    ['a meta element in a head', '', `<html>\r\n<head>\r\n<title>x</title><meta charset="iso-8859-2"></head>${word}`],
    ['http-equiv', '', `<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">${word}`],
    ['http-equiv without quotes', '', `<meta http-equiv=Content-Type content="text/html;charset=iso-8859-2">${word}`],
    [
      'http-equiv after its content',
      '',
      `<meta content='text/html; charset=iso-8859-2' http-equiv='content-type'>${word}`,
    ],
    ['the first of two meta elements', '', `<meta charset="iso-8859-2"><meta charset="koi8-r">${word}`],
    ['a meta element after one without a charset', '', `<meta name="x"><meta charset="iso-8859-2">${word}`],
    ['a meta element after a comment', '', `<!-- <meta charset="koi8-r"> --><meta charset="iso-8859-2">${word}`],
    [
      'a meta element after a description',
      '',
      `<meta name=a content="charset=koi8-r"><meta charset=iso-8859-2>${word}`,
    ],
    ['a meta element that contradicts us-ascii', 'us-ascii', `<meta charset="iso-8859-2">${word}`],
    ['a meta element that contradicts an unknown charset', 'x-unknown', `<meta charset="iso-8859-2">${word}`],
    ['a meta element that contradicts a wrong charset', 'no-such-charset', `<meta charset="iso-8859-2">${word}`],
    ['Content-Type rather than the meta element', 'iso-8859-2', `<meta charset="koi8-r">${word}`],
    ['Content-Type', 'iso-8859-2', word],
  ])('readContents follows %s', async (_, charset, bytes) => {
    expect(await textOf(`text/html${charset && `; charset=${charset}`}`, bytes)).toBe('Žluťouč')
  })

  test.each([
    ['a meta element after 1,024 bytes', `${' '.repeat(1024)}<meta charset="iso-8859-2">${word}`],
    ['a meta element inside an endless comment', `<!-- <meta charset="iso-8859-2">--${' '.repeat(1024)}-->${word}`],
    ['an unknown charset in a meta element', `<meta charset="no-such-charset">${word}`],
    ['another element', `<metadata charset="iso-8859-2"></metadata>${word}`],
  ])('readContents ignores %s', async (_, bytes) => {
    expect(await textOf('text/html', bytes)).toBe('®lu»ouè')
  })

  test.each([
    ['a UTF-8 mark', 'text/html; charset=iso-8859-1', bytesOf('\ufeffŽluť')],
    ['a UTF-8 mark before a wrong meta element', 'text/html', bytesOf('\ufeff<meta charset="koi8-r">Žluť')],
    ['a UTF-8 mark in plain text', 'text/plain; charset=iso-8859-1', bytesOf('\ufeffŽluť')],
    ['a UTF-16 mark in little-endian order', 'text/html', utf16('Žluť', '\xff\xfe', false)],
    ['a UTF-16 mark in big-endian order', 'text/plain', utf16('Žluť', '\xfe\xff', true)],
    ['UTF-16 in a meta element, which means UTF-8', 'text/html', bytesOf('<meta charset="utf-16">Žluť')],
    ['UTF-8 in a meta element', 'text/html', bytesOf('<meta charset="utf-8">Žluť')],
    ['UTF-8 without any declaration', 'text/html', bytesOf('Žluť')],
  ])('readContents follows %s', async (_, contentType, bytes) => {
    expect(await textOf(contentType, bytes)).toBe('Žluť')
  })

  test('readContents does not search plain text for a meta element', async () => {
    expect(await textOf('text/plain', `<meta charset="koi8-r">Gr\xfc\xdfe`)).toBe('<meta charset="koi8-r">Grüße')
  })
})
