import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { htmlText } from '../../../../../lib/messages/view/html/html-text.ts'

const mebi = 1024 * 1024
const textOf = (html: string): string | undefined => htmlText(html, mebi)?.text

describe('htmlText', () => {
  test.each([
    ['paragraphs', '<p>One<p>Two</p>\n<div>Three</div><div>Four</div>', 'One\n\nTwo\n\nThree\nFour'],
    ['line breaks', 'a<br>b<br><br><br>c<div><br></div>d', 'a\nb\n\nc\n\nd'],
    ['blanks', ' a\n\t b&nbsp;&nbsp;c <b> d</b>e', 'a b c de'],
    ['entities', 'Gr&uuml;&szlig;e &amp; &#x1f525; &lt;b&gt;', 'Grüße & 🔥 <b>'],
    ['lists', '<ul><li>a<li>b<ol start="3"><li>c</li><li>d</li></ol></ul>e', '- a\n- b\n\n  3. c\n  4. d\n\ne'],
    ['quotations', 'a<blockquote>b<br>c<blockquote>d</blockquote></blockquote>e', 'a\n\n> b\n> c\n\n> > d\n\ne'],
    ['tables', '<table><tr><th>a</th><td>b</td></tr><tr><td>c<td>d</table>', 'a b\nc d'],
    ['preformatted text', 'a<pre>  b\n\n    c</pre>', 'a\n\n  b\n\n    c'],
    ['images', '<img alt="Logo of Example"><img src="x.png"><hr>x', 'Logo of Example\n\n---\n\nx'],
    [
      'only readable elements',
      '<head><title>t</title><style>s</style></head><script>x</script>a<select><option>o</select>',
      'a',
    ],
    ['a head that never ends', '<html><head><meta charset="utf-8"><body>a', 'a'],
    ['text without invisible filler', 'a &#8203; &zwnj;&nbsp;&#847; &shy; b', 'a b'],
    ['nothing', '', ''],
  ])('htmlText shows %s', (_, html, text) => {
    expect(htmlText(html, mebi)).toEqual({ text, cut: false })
  })

  test.each([
    ['<a href="https://example.org/x">here</a>', 'here <https://example.org/x>'],
    ['<a href="https://evil.example/">www.bank.example</a>', 'www.bank.example <https://evil.example/>'],
    ['<a href="http://Example.org/">example.org</a>', 'example.org'],
    ['<a href="mailto:jane@example.org?subject=x">jane@example.org</a>', 'jane@example.org'],
    ['<a href="mailto:jane@example.org">Jane</a>', 'Jane <jane@example.org>'],
    ['<a href="https://example.org/a\n b"><img></a>', '<https://example.org/ab>'],
    ['<a href="javascript:alert(1)">x</a><a name="y">y</a><a href="#z">z</a>', 'xyz'],
  ])('htmlText shows the target of %s', (html, text) => {
    expect(textOf(html)).toBe(text)
  })

  test('htmlText omits a link that is of no use to a person', () => {
    expect(textOf(`<a href="https://example.org/${'x'.repeat(3000)}">x</a>`)).toBe('x')
  })

  test.each(['<b>', '<x>', '<svg>', '<template>', '<blockquote>', '<table><tr><td>', '<a href=http://a.example>'])(
    'htmlText gives up immediately on a megabyte of nested %s',
    (piece) => {
      const started = performance.now()
      expect(htmlText(piece.repeat(mebi / piece.length), mebi)).toBeUndefined()
      expect(performance.now() - started).toBeLessThan(5_000)
    },
  )

  test.each([
    ...['<', '<!--', '<a a=b ', '<p>a', '&', '&amp;', 'x<br>', '<a href=http://a.example></a>', '</p>', '</b>'],
    ...['<ul><li>x</ul>', '<td>x', '<blockquote>a</blockquote>', '<pre>\n\n', '<a href="', '<![CDATA[', '<script>'],
    ...['<title ', '<iframe>x</iframe>', '<!-->', '<svg></svg>'],
    ...['\0', 'a ', '\u200b ', '<img alt=abc>', '<li>', '\ud800'],
  ])('htmlText takes at most seconds for a megabyte of %j', (piece) => {
    const started = performance.now()
    const found = htmlText(piece.repeat(mebi / piece.length), mebi)
    expect(performance.now() - started).toBeLessThan(15_000)
    expect(found?.text.length ?? 0).toBeLessThanOrEqual(mebi)
  })

  test('htmlText does not multiply lines by their quotations and lists', () => {
    const html = '<blockquote><ul><li>'.repeat(160) + 'x<br>'.repeat(150_000)
    const started = performance.now()
    const found = htmlText(html, mebi)
    expect(performance.now() - started).toBeLessThan(5_000)
    expect(found?.cut).toBe(true)
    expect(found?.text.split('\n').at(-2)).toBe(`${'> '.repeat(5)}${'  '.repeat(4)}x`)
  })

  test('htmlText ends at the limit, between two characters', () => {
    expect(htmlText('ab🔥', 3)).toEqual({ text: 'ab', cut: true })
    expect(htmlText('<p>abc', 3)).toEqual({ text: 'abc', cut: false })
    expect(htmlText(`abc${' x'.repeat(100_000)}`, 3)).toEqual({ text: 'abc', cut: true })
  })

  test('htmlText handles any markup', () => {
    const piece = fc.constantFrom(
      ...[
        '<',
        '>',
        '"',
        '=',
        '/',
        '!--',
        '-->',
        ' ',
        '\n',
        '\0',
        '&nbsp;',
        '&#x;',
        'a',
        'p',
        'pre',
        'br',
        'li',
        'a href=',
      ],
      ...[
        '<ul>',
        '</ul>',
        '<ol start=9>',
        '<li>',
        '<blockquote>',
        '</blockquote>',
        '<svg>',
        '</svg>',
        '<a href=http://x>',
      ],
      ...['</a>', '<pre>', '</pre>', '<title>', '</title>', '<td>', '<![CDATA[', ']]>', '<p>', '</p>', 'javascript:'],
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (parts) => {
        const text = textOf(parts.join('')) ?? ''
        expect(text).not.toMatch(/\n\n\n|^\n/)
      }),
      { numRuns: 3_000 },
    )
  })
})
