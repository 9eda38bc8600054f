import { describe, expect, test } from 'vitest'
import { htmlText } from '../../../../../lib/messages/view/html/html-text.ts'
import { sanitiseHtml } from '../../../../../lib/messages/view/html/sanitise-html.ts'

const textOf = (html: string) => htmlText(html, 1024 * 1024)?.text
const cleanOf = (html: string) => sanitiseHtml(html, { remoteContent: false })?.html
/** The words of the sanitised HTML. */
const wordsOf = (html: string) => textOf(cleanOf(html) ?? '')?.split(/\s+/)

const kept =
  'svg math object canvas noscript audio video applet button option optgroup textarea xmp noembed noframes frameset ' +
  'frame embed plaintext listing fieldset form label details dialog marquee'
const hidden = 'datalist iframe select template title'

describe('the words of a mail', () => {
  test.each([...kept.split(' '), ...hidden.split(' ')])('words after an unclosed %s are shown', (name) => {
    for (const start of [`<${name}>`, `<${name} a="b">`, `<${name.toUpperCase()}/>`, `<${name}\n>`]) {
      const html = `<p>Hello</p>${start}<p>the <b>rest</b> of the mail</p><table><tr><td>cell</td></tr></table>`
      expect(textOf(html)).toBe('Hello\n\nthe rest of the mail\n\ncell')
      expect(cleanOf(html)).toContain('<p>the <b>rest</b> of the mail</p>')
      expect(cleanOf(html)).toContain('<td>cell</td>')
    }
  })

  test.each(kept.split(' '))('words inside a closed %s are kept', (name) => {
    const html = `<p>Hello</p><${name}>the <i>words</i></${name}><p>rest</p>`
    expect(wordsOf(html)?.at(0)).toBe('Hello')
    expect(textOf(html)).toMatch(/^Hello\n\nthe (<i>)?words(<\/i>)?\n\nrest$/)
    expect(cleanOf(html)).toMatch(/^<p>Hello<\/p> ?the .*words.*<p>rest<\/p>$/)
  })

  test.each(hidden.split(' '))('words inside a closed %s stay hidden, and words after it are shown', (name) => {
    const html = `<p>Hello</p><${name} a="b">secret <i>words</i></${name} ><p>rest</p>`
    expect(textOf(html)).toBe('Hello\n\nrest')
    expect(cleanOf(html)).toBe('<p>Hello</p><p>rest</p>')
    const second = `${html}<${name.toUpperCase()}><p>shown</p>`
    expect(textOf(second)).toBe('Hello\n\nrest\n\nshown')
    expect(cleanOf(second)).toContain('<p>shown</p>')
  })

  test.each(['iframe', 'select', 'title'])(
    'words after a repeated %s are shown if only one of the two ends',
    (name) => {
      const html = `<${name}><p>one</p><${name}>x</${name}><p>two</p>`
      expect(textOf(html)).toBe('one\n\ntwo')
      expect(cleanOf(html)).toBe('<p>one</p><p>two</p>')
    },
  )

  test.each(['svg', 'math', 'object', 'canvas', 'noscript', 'video', 'button'])(
    'code inside %s is removed, and the words are kept',
    (name) => {
      const html =
        `<${name}><style>p{}</style>one<script>alert(1)</script><title>tip</title><iframe src=x>two</iframe>` +
        `<img src=x onerror=alert(1)> three</${name}> four`
      expect(textOf(html)).toBe('one three four')
      expect(cleanOf(html)?.replaceAll('  ', ' ').trim()).toBe('one<img /> three four')
    },
  )

  test.each([
    ['the words in a drawing', '<svg><text>one</text><text>two <tspan>three</tspan></text></svg>', 'one two three'],
    ['the parts of a formula', '<math><mi>x</mi><mo>=</mo><mn>2</mn></math>', 'x=2'],
    ['a CDATA section', '<svg><text><![CDATA[Tom & <Jerry>]]></text></svg> x', 'Tom & <Jerry> x'],
    ['a CDATA section that never ends', '<p>Hello</p><![CDATA[ the rest', 'Hello\n\nthe rest'],
    ['words after an empty comment', '<p>Hello</p><!--><p>the rest</p>', 'Hello\n\nthe rest'],
    ['words after a short comment', '<p>Hello</p><!---><p>the rest</p>', 'Hello\n\nthe rest'],
    ['words after a comment with a wrong end', '<p>Hello</p><!-- x --!><p>the rest</p>', 'Hello\n\nthe rest'],
    ['words after an unclosed style in a drawing', '<svg><style>css<p>the rest</p>', 'css\n\nthe rest'],
    ['words after a closed style in a drawing', '<svg><style>css</style></svg><p>the rest</p>', 'the rest'],
    ['words for mail programs other than Outlook', '<!--[if !mso]><!-->one<!--<![endif]--> two', 'one two'],
    ['no words that are only for Outlook', '<!--[if mso]><p>one</p><![endif]-->two', 'two'],
    ['the labels of buttons', '<button>Yes</button><button>No</button>', 'Yes No'],
    ['a picture for mail programs without video', '<video><img alt="A film"></video>', 'A film'],
    ['nothing from a style that never ends', '<p>Hello</p><style>p { color: red }', 'Hello'],
    ['nothing from a script that never ends', '<p>Hello</p><script>alert("<p>x</p>")', 'Hello'],
  ])('the text of a mail has %s', (_, html, text) => {
    expect(textOf(html)).toBe(text)
    expect(wordsOf(html)).toEqual(text.split(/\s+/))
  })
})
