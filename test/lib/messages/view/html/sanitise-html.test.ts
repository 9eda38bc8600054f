import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sanitiseHtml } from '../../../../../lib/messages/view/html/sanitise-html.ts'
import { hostileBodies } from './hostile-bodies.ts'

const clean = (html: string, remoteContent = false) => sanitiseHtml(html, { remoteContent })?.html

/** Every tag of the result with its attributes. The sanitiser writes all of them in the same form. */
const tagsOf = (html: string) => html.match(/<[^>]*>/g) ?? []
const expectHarmless = (html: string) => {
  for (const tag of tagsOf(html)) {
    expect(tag).toMatch(/^<\/?[a-z][a-z0-9]*( [a-z]+="[^"<>]*"| [a-z]+)*( \/)?>$/)
    expect(tag).not.toMatch(
      /^<\/?(script|style|form|input|button|textarea|select|iframe|frame|object|embed|svg|math|link|meta|base|template)\b/,
    )
    expect(tag).not.toMatch(/ (on\w+|style|class|id|srcset|background|action|formaction)="/)
    const url = / (?:href|src)="([^"]*)"/.exec(tag)?.[1]
    if (url) expect(url).toMatch(/^(https?:|mailto:|cid:|data:image\/(png|gif|jpe?g|webp|bmp);base64,)/i)
  }
  expect(html.replace(/<[^>]*>/g, '')).not.toMatch(/</)
}

describe('sanitiseHtml', () => {
  test.each(hostileBodies)('sanitiseHtml makes %s harmless', (html) => {
    expectHarmless(clean(html) ?? '')
    expectHarmless(clean(`<table><tr><td>${html}`, true) ?? '')
    // Clean HTML does not change when it is sanitised again, so a second parser sees the same as the first one.
    expect(clean(clean(html) ?? '')).toBe(clean(html))
  })

  test('sanitiseHtml keeps the readable content', () => {
    const html =
      '<h1>Hi</h1><p dir="ltr">a <b>b</b><br />c &amp; d</p><table border="1"><tr><td colspan="2">x</td></tr></table>'
    expect(clean(html)).toBe(html)
    expect(clean('<p class="MsoNormal" style="color:red"><font color="red">x</font><o:p></o:p></p>')).toBe(
      '<p><font color="red">x</font></p>',
    )
  })

  test('sanitiseHtml keeps the spans of ordinary tables', () => {
    const html =
      '<table><colgroup span="3"><col span="2"></col></colgroup>' +
      '<tr><td valign="top" colspan="100%">a</td><th colspan="12" rowspan="7">b</th></tr></table>'
    expect(clean(html)).toBe(html)
  })

  test('sanitiseHtml removes spans with which a mail would make a browser hang', () => {
    for (const span of ['rowspan="65534"', 'rowspan="0"', 'rowspan="+00"', 'colspan="900" rowspan="900"']) {
      const result = clean(`<table><tr>${`<td ${span}>x`.repeat(1_000)}`) ?? ''
      expect(result).not.toContain('span=')
      expect(result.match(/<td>x/g)).toHaveLength(1_000)
    }
    const many = clean(`<table><tr>${'<td colspan="1000">x'.repeat(1_000)}`) ?? ''
    expect(many.match(/colspan/g)).toHaveLength(20)
    expect(clean(many)).toBe(many)
    expect(clean(`<table>${'<col span="1000">'.repeat(1_000)}`)?.match(/span=/g)).toHaveLength(20)
  })

  test('sanitiseHtml prevents linked pages from accessing the view', () => {
    expect(clean('<a href="https://example.com/?a=1&b=2" rel="opener" target="_top">x</a>')).toBe(
      '<a href="https://example.com/?a=1&amp;b=2" rel="noopener noreferrer nofollow">x</a>',
    )
  })

  test('sanitiseHtml keeps the message’s own images and removes remote ones unless they are requested', () => {
    const html =
      '<img src="cid:a@b"><img src="data:image/png;base64,AA=="><img src="https://t.example/p.gif" alt="p"><img src="//t.example/q">'
    expect(sanitiseHtml(html, { remoteContent: false })).toEqual({
      html: '<img src="cid:a@b" /><img src="data:image/png;base64,AA==" /><img alt="p" /><img />',
      remoteContentRemoved: 2,
      remoteContentHosts: ['t.example'],
    })
    expect(sanitiseHtml(html, { remoteContent: true })).toEqual({
      html: '<img src="cid:a@b" /><img src="data:image/png;base64,AA==" /><img alt="p" src="https://t.example/p.gif" /><img />',
      remoteContentRemoved: 1,
      remoteContentHosts: ['t.example'],
    })
  })

  test('sanitiseHtml names each host of the removed images once, as a browser would look it up', () => {
    const sources = [
      'https://t.example/p.gif',
      'HTTPS://user:pass@T.EXAMPLE:8443/q',
      ' //cdn.example/a ',
      'https://bücher.example/x',
      'http://0x7f.1/x',
      'https://t.exa\tmple/r',
      'https://',
      '/relative.png',
      'cid:a@b',
    ]
    const html = sources.map((src) => `<img src="${src}">`).join('')
    expect(sanitiseHtml(html, { remoteContent: false })).toMatchObject({
      remoteContentRemoved: 7,
      remoteContentHosts: ['t.example', 'cdn.example', 'xn--bcher-kva.example', '127.0.0.1'],
    })
  })

  test.each([
    ['nested elements', '<b>'],
    ['unknown elements', '<x>'],
    ['elements that are removed', '<svg>'],
    ['hidden elements', '<template>'],
    ['tables', '<table><tr><td>'],
    ['closing tags without opening tags', '<b></i>'],
  ])('sanitiseHtml refuses too many %s immediately', (_name, piece) => {
    const started = performance.now()
    expect(clean(piece.repeat(200_000))).toBeUndefined()
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  test.each([
    ['<', 1_000_000],
    ['<!--', 260_000],
    ['<a a=b ', 130_000],
    ['<p>a', 260_000],
    ['&', 1_000_000],
    ['<img src=http://a/b>', 50_000],
    ['<br></b>', 100_000],
    ['<![CDATA[', 110_000],
    ['<title', 170_000],
    ['<iframe>x</iframe>', 55_000],
    ['<!-->', 200_000],
  ])(
    'sanitiseHtml takes at most seconds for a megabyte of %s',
    (piece, times) => {
      const started = performance.now()
      expectHarmless(
        clean(piece.repeat(times))
          ?.slice(0, 10_000)
          .replace(/<[^>]*$/, '') ?? '',
      )
      expect(performance.now() - started).toBeLessThan(15_000)
    },
    30_000,
  )

  test('sanitiseHtml handles any markup', () => {
    const piece = fc.constantFrom(
      ...[
        '<',
        '>',
        '"',
        "'",
        '=',
        '/',
        '!--',
        '-->',
        ' ',
        '\0',
        '&lt;',
        '&quot;',
        'a',
        'p',
        'img',
        'svg',
        'style',
        'script',
      ],
      ...[
        'title',
        'textarea',
        'noscript',
        'math',
        'xmp',
        '<iframe>',
        '</iframe>',
        '<select>',
        '<!-->',
        '<a href=',
        '<img src=',
        ' onerror=x',
        'javascript:',
        '</',
        '<![CDATA[',
        ']]>',
      ],
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (parts) => expectHarmless(clean(parts.join('')) ?? '')),
      { numRuns: 3_000 },
    )
  })
})
