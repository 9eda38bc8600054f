import { describe, expect, test } from 'vitest'
import { readContents } from '../../../../../lib/messages/view/message-contents.ts'
import { bytesOf, pieces } from '../sample-mails.ts'
import {
  alternative,
  digest,
  html,
  image,
  messageWith,
  mixed,
  type Part,
  parallel,
  part,
  pdf,
  plain,
  related,
  report,
  signed,
} from './parts.ts'

const never = new AbortController().signal
const shown = async (content: Part) => {
  const {
    text,
    textFrom,
    html: page,
    attachments,
    incomplete,
  } = await readContents(pieces(messageWith(content)), never)
  expect(incomplete).toBeUndefined()
  return {
    text: text?.content,
    ...(textFrom && { textFrom }),
    ...(page && { html: page.content }),
    files: attachments.map(({ contentType, name }) => (/^attachment-/.test(name) ? contentType : name)),
  }
}
const named = (name: string, disposition = 'inline') => `Content-Disposition: ${disposition}; filename="${name}"`
const calendar = part('text/calendar; method=REQUEST; charset=utf-8', 'BEGIN:VCALENDAR')
const footer = plain('-- \r\nlist <footer>')
const footerAsHtml = '<div>-- <br>\nlist &lt;footer&gt;</div>'

interface Row {
  readonly message: Part
  readonly text?: string
  readonly textFrom?: 'html'
  readonly html?: string
  readonly files?: readonly string[]
}

const outsideAlternatives: Readonly<Record<string, Row>> = {
  'plain text': { message: plain('words'), text: 'words' },
  'a body without a type': { message: part('', 'words'), text: 'words' },
  HTML: { message: html('<p>words'), text: 'words', textFrom: 'html', html: '<p>words' },
  'HTML with a text footer': {
    message: mixed(html('<p>words'), footer),
    text: 'words\n-- \nlist <footer>',
    textFrom: 'html',
    html: `<p>words<br>\n${footerAsHtml}`,
  },
  'plain text with an HTML footer': {
    message: mixed(plain('a & b'), html('<p>footer')),
    text: 'a & b\nfooter',
    textFrom: 'html',
    html: '<div>a &amp; b</div><br>\n<p>footer',
  },
  'two plain texts': { message: mixed(plain('one'), plain('two')), text: 'one\ntwo' },
  'two HTML texts': {
    message: mixed(html('<p>one'), html('<p>two')),
    text: 'one\ntwo',
    textFrom: 'html',
    html: '<p>one<br>\n<p>two',
  },
  'texts around an inline image': {
    message: mixed(plain('before'), image, plain('after')),
    text: 'before\nafter',
    files: ['x.png'],
  },
  'texts around a forwarded message': {
    message: mixed(plain('see below'), part('message/rfc822', 'Subject: inner\r\n\r\ninner words'), plain('regards')),
    text: 'see below\nregards',
    files: ['message/rfc822'],
  },
  'a file before the text': { message: mixed(pdf, plain('words')), text: 'words', files: ['x.pdf'] },
  'a footer around nested parts': {
    message: mixed(mixed(html('<p>words'), pdf), footer),
    text: 'words\n-- \nlist <footer>',
    textFrom: 'html',
    html: `<p>words<br>\n${footerAsHtml}`,
    files: ['x.pdf'],
  },
  'a footer around alternatives': {
    message: mixed(alternative(plain('words'), html('<p>words')), footer),
    text: 'words\n-- \nlist <footer>',
    html: `<p>words<br>\n${footerAsHtml}`,
  },
  'a signed text': {
    message: signed(plain('words'), part('application/pgp-signature', 'PGP')),
    text: 'words',
    files: ['application/pgp-signature'],
  },
  'a signed text with a footer': {
    message: mixed(signed(html('<p>words'), part('application/pgp-signature; name=s.asc', 'PGP')), footer),
    text: 'words\n-- \nlist <footer>',
    textFrom: 'html',
    html: `<p>words<br>\n${footerAsHtml}`,
    files: ['s.asc'],
  },
  'a delivery report': {
    message: report(
      plain('It failed.'),
      part('message/delivery-status', 'Action: failed'),
      part('text/rfc822-headers', 'Subject: lost'),
    ),
    text: 'It failed.',
    files: ['message/delivery-status', 'text/rfc822-headers'],
  },
  'parallel texts': { message: parallel(plain('one'), plain('two')), text: 'one\ntwo' },
  'an unknown multipart type': {
    message: mixed(part('multipart/x-new; boundary=n', '--n\r\n\r\none\r\n--n\r\n\r\ntwo\r\n--n--')),
    text: 'one\ntwo',
  },
  'a digest': {
    message: digest(part('', 'Subject: first\r\n\r\none'), part('', 'Subject: second\r\n\r\ntwo')),
    files: ['message/rfc822', 'message/rfc822'],
  },
  'a digest with an introduction': {
    message: mixed(plain('two messages'), digest(part('', 'Subject: first\r\n\r\none'), plain('a note'))),
    text: 'two messages\na note',
    files: ['message/rfc822'],
  },
  'the HTML of related parts': {
    message: related(html('<img src="cid:x@example.org">words'), image),
    text: 'words',
    textFrom: 'html',
    html: '<img src="cid:x@example.org">words',
    files: ['x.png'],
  },
  'a text beside the root of related parts, as a file': {
    message: related(html('<p>words'), plain('not shown'), image),
    text: 'words',
    textFrom: 'html',
    html: '<p>words',
    files: ['text/plain', 'x.png'],
  },
  'a blank text beside HTML': {
    message: mixed(plain(' \r\n'), html('<p>words')),
    text: 'words',
    textFrom: 'html',
    html: '<p>words',
  },
  'an HTML text without words beside plain text': {
    message: mixed(plain('words'), html('<p><img src="cid:x">'), image),
    text: 'words',
    html: '<div>words</div><br>\n<p><img src="cid:x">',
    files: ['x.png'],
  },
  'an empty body': { message: part('', ''), text: '' },
}

const namesAndDispositions: Readonly<Record<string, Row>> = {
  'a named text that is the only part': { message: plain('words', named('body.txt')), text: 'words' },
  'a named text that comes first': {
    message: mixed(plain('words', named('body.txt')), pdf),
    text: 'words',
    files: ['x.pdf'],
  },
  'a named text after HTML as a file': {
    message: mixed(html('<p>See the log'), plain('line one', named('error.log'))),
    text: 'See the log',
    textFrom: 'html',
    html: '<p>See the log',
    files: ['error.log'],
  },
  'a named HTML after plain text as a file': {
    message: mixed(plain('See the page'), html('<p>page', named('page.html'))),
    text: 'See the page',
    files: ['page.html'],
  },
  'a text named only by its type as a file': {
    message: mixed(plain('words'), part('text/plain; name=notes.txt', 'notes')),
    text: 'words',
    files: ['notes.txt'],
  },
  'an attached text as a file': {
    message: mixed(plain('words'), plain('more', 'Content-Disposition: ATTACHMENT')),
    text: 'words',
    files: ['text/plain'],
  },
  'an attached text that is the only part as a file': {
    message: plain('words', named('notes.txt', 'attachment')),
    files: ['notes.txt'],
  },
  'an inline text without a name': {
    message: mixed(plain('one'), plain('two', 'Content-Disposition: inline')),
    text: 'one\ntwo',
  },
  'the declared type, whatever the name says': {
    message: mixed(part('text/plain; name=page.html', '<b>'), part('application/octet-stream; name=a.txt', 'file')),
    text: '<b>',
    files: ['a.txt'],
  },
}

const inAlternatives: Readonly<Record<string, Row>> = {
  'plain text and HTML': { message: alternative(plain('words'), html('<p>page')), text: 'words', html: '<p>page' },
  'plain text and HTML in the wrong order': {
    message: alternative(html('<p>page'), plain('words')),
    text: 'words',
    html: '<p>page',
  },
  'only plain text': { message: alternative(plain('words')), text: 'words' },
  'only HTML': { message: alternative(html('<p>page')), text: 'page', textFrom: 'html', html: '<p>page' },
  'the last of two plain texts': { message: alternative(plain('simple'), plain('better')), text: 'better' },
  'the first of two plain texts if the last one is blank': {
    message: alternative(plain('simple'), plain(' ')),
    text: 'simple',
  },
  'the last of two HTML texts': {
    message: alternative(plain('words'), html('<p>simple'), html('<p>better')),
    text: 'words',
    html: '<p>better',
  },
  'HTML beside a blank plain text': {
    message: alternative(plain('\r\n'), html('<p>page')),
    text: 'page',
    textFrom: 'html',
    html: '<p>page',
  },
  'plain text beside an empty HTML': { message: alternative(plain('words'), html('')), text: 'words' },
  'an invitation': {
    message: alternative(plain('words'), html('<p>page'), calendar),
    text: 'words',
    html: '<p>page',
    files: ['text/calendar'],
  },
  'an invitation without another text': { message: alternative(calendar), files: ['text/calendar'] },
  'HTML with related images': {
    message: alternative(plain('words'), related(html('<p>page'), image)),
    text: 'words',
    html: '<p>page',
    files: ['x.png'],
  },
  'alternatives as the root of related parts': {
    message: related(alternative(plain('words'), html('<p>page')), image),
    text: 'words',
    html: '<p>page',
    files: ['x.png'],
  },
  'HTML around a file, as Apple Mail sends it': {
    message: alternative(plain('one two'), mixed(html('<p>one'), pdf, html('<p>two'))),
    text: 'one two',
    html: '<p>one<br>\n<p>two',
    files: ['x.pdf'],
  },
  'HTML with a text footer inside one alternative': {
    message: alternative(plain('words'), mixed(html('<p>page'), footer)),
    text: 'words',
    html: `<p>page<br>\n${footerAsHtml}`,
  },
  'several plain texts inside one alternative': {
    message: alternative(mixed(plain('one'), plain('two')), html('<p>page')),
    text: 'one\ntwo',
    html: '<p>page',
  },
  'alternatives within alternatives': {
    message: alternative(plain('outer'), alternative(plain('inner'), html('<p>page'))),
    text: 'inner',
    html: '<p>page',
  },
  'two alternatives one after the other': {
    message: mixed(alternative(plain('a'), html('<p>a')), alternative(plain('b'), html('<p>b'))),
    text: 'a\nb',
    html: '<p>a<br>\n<p>b',
  },
  'an AMP page as a file': {
    message: alternative(plain('words'), part('text/x-amp-html', '<html amp4email>'), html('<p>page')),
    text: 'words',
    html: '<p>page',
    files: ['text/x-amp-html'],
  },
  'an unknown text beside plain text as a file': {
    message: alternative(plain('words'), part('text/markdown', '*words*'), html('<p>page')),
    text: 'words',
    html: '<p>page',
    files: ['text/markdown'],
  },
  'plain text rather than an unknown text before it': {
    message: alternative(part('text/enriched', '<bold>words'), plain('words')),
    text: 'words',
  },
  'an unknown text beside HTML': {
    message: alternative(part('text/markdown', '*words*'), html('<p>page')),
    text: '*words*',
    html: '<p>page',
  },
  'a file beside plain text': {
    message: alternative(plain('words'), part('application/rtf', '{\\rtf1}')),
    text: 'words',
    files: ['application/rtf'],
  },
}

const unknownTypes: Readonly<Record<string, Row>> = Object.fromEntries([
  ...[
    'text',
    'text;charset=utf-8',
    'text/',
    '/',
    'pdf',
    '"',
    ';',
    'text/markdown',
    'text/enriched',
    'text/x-anything',
  ].map((type) => [`a text of the type ${type}`, { message: part(type, 'words'), text: 'words' }] as const),
  ...['text/html charset=utf-8', 'text/html, charset=utf-8', 'text / html; charset=utf-8', 'TEXT/HTML'].map(
    (type) =>
      [
        `HTML of the type ${type}`,
        { message: part(type, '<p>words'), text: 'words', textFrom: 'html', html: '<p>words' },
      ] as const,
  ),
  ...['vcard', 'x-vcard', 'directory', 'csv', 'css', 'javascript', 'xml', 'calendar', 'rtf'].map(
    (subtype) =>
      [
        `a file of the type text/${subtype}`,
        { message: mixed(plain('words'), part(`text/${subtype}`, 'x')), text: 'words', files: [`text/${subtype}`] },
      ] as const,
  ),
])

describe.each([
  ['outside alternatives', outsideAlternatives],
  ['with names and dispositions', namesAndDispositions],
  ['in alternatives', inAlternatives],
  ['of unknown types', unknownTypes],
])('readContents: texts %s', (_, rows) => {
  test.each(Object.entries(rows))('readContents shows %s', async (_name, { message, files = [], ...expected }) => {
    expect(await shown(message)).toEqual({ ...expected, files })
  })
})

describe('readContents: limits of texts', () => {
  test('readContents keeps the order and lines of a plain text in HTML', async () => {
    const { html: page } = await shown(mixed(html('<p>a'), plain('  x <b>\r\n\r\ny  z')))
    expect(page).toBe('<p>a<br>\n<div>&nbsp; x &lt;b&gt;<br>\n<br>\ny&nbsp; z</div>')
  })

  test('readContents marks both forms if a text was cut', async () => {
    const large = mixed(html('<p>words'), plain('x'.repeat(2 * 1024 * 1024)))
    const { text, html: page } = await readContents(pieces(messageWith(large), 65_536), never)
    expect(text?.truncated).toBe(true)
    expect(page?.truncated).toBe(true)
    expect(Buffer.byteLength(JSON.stringify(page?.content))).toBeLessThanOrEqual(1024 * 1024)
  })

  test.each([1, 2, 3])(
    'a UTF-8 character that is cut at the limit does not change the charset, offset %i',
    async (offset) => {
      const large = part('text/plain', bytesOf('x'.repeat(offset) + '€'.repeat(400_000)))
      const { text } = await readContents(pieces(messageWith(large), 65_536), never)
      expect(text?.content).toMatch(/^x+€+$/)
      expect(text?.truncated).toBe(true)
    },
  )

  test('readContents limits a plain text that becomes longer as HTML', async () => {
    const large = mixed(html('<p>words'), plain('<'.repeat(1024 * 1024)), plain('end'))
    const { html: page } = await readContents(pieces(messageWith(large), 65_536), never)
    expect(page?.truncated).toBe(true)
    expect(Buffer.byteLength(JSON.stringify(page?.content))).toBeLessThanOrEqual(1024 * 1024)
  })

  test('readContents reads hundreds of nested alternatives in time', async () => {
    let nested = plain('deep')
    for (let depth = 0; depth < 400; depth += 1) nested = alternative(plain(`${depth}`), nested)
    const started = performance.now()
    const { text } = await readContents(pieces(messageWith(nested), 65_536), never)
    expect(performance.now() - started).toBeLessThan(10_000)
    expect(text?.content).toBe('deep')
  })
})
