import type { TextTrait } from '../compose.ts'
import { entity } from '../message.ts'

const page = (name: string, body: string, words: string, source = 'HTML, parsing'): TextTrait => ({
  name,
  kind: 'html',
  entity: entity('text/html; charset=us-ascii', body),
  words,
  source,
})

/** A reader of a mail sees the words that a browser shows, and also those that a browser shows only as a substitute. */
const shown = 'docs/reading-messages.md'

const unclosed = (element: string): TextTrait =>
  page(`an unclosed ${element} element`, `<p>Above</p><${element}><p>Below</p>`, 'Above Below', shown)

const closed = (element: string): TextTrait =>
  page(
    `words in a ${element} element`,
    `<p>Above</p><${element}>Within</${element}><p>Below</p>`,
    'Above Within Below',
    shown,
  )

const danger = (element: string): TextTrait =>
  page(
    `a script in a ${element} element`,
    `<p>Above</p><${element}><script>evil()</script></${element}><p>Below</p>`,
    'Above Below',
    shown,
  )

const elements = ['object', 'canvas', 'noscript', 'svg', 'math'] as const

/** HTML as mail programs and careless writers produce it. */
export const pages: readonly TextTrait[] = [
  ...elements.flatMap((element) => [unclosed(element), danger(element)]),
  ...(['object', 'canvas', 'noscript'] as const).map(closed),
  page(
    'words in an SVG text element',
    '<p>Above</p><svg><text>Within</text></svg><p>Below</p>',
    'Above Within Below',
    shown,
  ),
  page('words in MathML', '<p>Above</p><math><mi>Within</mi></math><p>Below</p>', 'Above Within Below', shown),
  page('a script', '<p>Above</p><script>evil()</script><p>Below</p>', 'Above Below'),
  page('a style sheet', '<style>p { color: red }</style><p>Words</p>', 'Words'),
  page('a title', '<html><head><title>Title</title></head><body><p>Words</p></body></html>', 'Words'),
  page(
    'comments and conditional comments',
    '<p>Above</p><!-- no --><!--[if mso]><p>Outlook</p><![endif]--><p>Below</p>',
    'Above Below',
  ),
  page(
    'words for all but Outlook',
    '<p>Above</p><![if !mso]><p>Within</p><![endif]><p>Below</p>',
    'Above Within Below',
  ),
  page('tags in upper case without quotes', '<P ALIGN=center>Above<BR>Below</P>', 'Above Below'),
  page('preformatted words', '<pre>Above\n  Below</pre>', 'Above Below'),
  page('named and numeric entities', '<p>a &lt;b&gt; &amp; c &#100; &#x65;</p>', 'a <b> & c d e'),
  page('elements without an end', '<p>One<p>Two<table><tr><td>Three<td>Four</table>', 'One Two Three Four'),
  page('Word namespaces', '<p class=MsoNormal>Words<o:p></o:p></p>', 'Words'),
  page('no elements', 'Just words', 'Just words'),
]
