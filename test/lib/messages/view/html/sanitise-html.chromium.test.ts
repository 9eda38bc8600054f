import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { htmlText } from '../../../../../lib/messages/view/html/html-text.ts'
import { sanitiseHtml } from '../../../../../lib/messages/view/html/sanitise-html.ts'
import { Chromium } from '../../../../oauth2-server/browser/chromium.ts'
import { hostileBodies } from './hostile-bodies.ts'

let chromium: Chromium
beforeAll(async () => {
  chromium = await Chromium.start()
})
afterAll(() => chromium[Symbol.asyncDispose]())

const cleanOf = (html: string) => sanitiseHtml(html, { remoteContent: false })?.html ?? ''
const wordsOf = (text: string): readonly string[] => text.match(/\w+/g) ?? []

/** A function that runs in the page. It is a string because this project does not include the browser's types. */
const unsafeParts = `(html) => {
  // The browser first parses the HTML, and then parses what it wrote itself.
  document.body.innerHTML = html
  document.body.innerHTML = document.body.innerHTML
  const elements = [...document.body.querySelectorAll('*')]
  const isUnsafe = ({ localName, namespaceURI }) =>
    namespaceURI !== 'http://www.w3.org/1999/xhtml' ||
    /^(script|style|iframe|object|embed|form|link|meta|base)$/.test(localName)
  const attributes = elements.flatMap((element) => [...element.attributes])
  return [
    ...elements.filter(isUnsafe).map(({ localName }) => localName),
    ...attributes.filter(({ name, value }) => /^(on|style|id|class)/.test(name) || /^\\s*(java|vb)script:/i.test(value))
      .map(({ name }) => name),
  ]
}`

/** Places that can change how a browser reads the HTML. */
const places = [
  (html: string) => html,
  (html: string) => `<table><tr><td>${html}</td></tr></table>`,
  (html: string) => `<svg><foreignObject>${html}</foreignObject></svg>`,
  (html: string) => `<div title='${html.replaceAll("'", '&#39;')}'>${html}</div>`,
]

describe('sanitised HTML in Chromium', () => {
  test('sanitised HTML runs no scripts, sends no requests, and contains no unsafe elements', async () => {
    await chromium.withPage(async (page) => {
      const events: string[] = []
      page.on('dialog', async (dialog) => {
        events.push(`dialog: ${dialog.message()}`)
        await dialog.dismiss()
      })
      page.on('request', (request) => void events.push(`request: ${request.url()}`))
      const unsafeIn = (html: string) => page.evaluate(`(${unsafeParts})(${JSON.stringify(html)})`)
      // Unsafe HTML proves that the test would notice it.
      expect(await unsafeIn('<svg></svg><style></style><a href="javascript:x" id=y>')).toEqual([
        'svg',
        'style',
        'href',
        'id',
      ])
      await page.setContent('<img src=http://127.0.0.1:9/x onerror=alert(1)>')
      await expect.poll(() => events).toEqual(['request: http://127.0.0.1:9/x', 'dialog: 1'])
      events.length = 0
      for (const place of places)
        for (const body of hostileBodies) {
          const clean = cleanOf(place(body))
          const unsafe = await unsafeIn(clean)
          expect({ body, clean, unsafe, events }).toEqual({ body, clean, unsafe: [], events: [] })
        }
      await page.setContent(hostileBodies.map(cleanOf).join('<hr>'))
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)))
      expect(events).toEqual([])
    })
  }, 120_000)

  test('the words that Chromium shows are in the text and in the sanitised HTML', async () => {
    await chromium.withPage(
      async (page) => {
        await page.route('**/*', (route) => route.abort())
        // In a browser, the rest of a page after this element is code. Here, it is read as markup.
        for (const body of hostileBodies.filter((one) => !one.includes('<plaintext>'))) {
          const html = `<p>start</p>${body}<p>end of mail</p>`
          await page.setContent(html)
          const shown = wordsOf(String(await page.evaluate('document.body.innerText')))
          const text = wordsOf(htmlText(html, 1e6)?.text ?? '')
          const clean = wordsOf(htmlText(cleanOf(html), 1e6)?.text ?? '')
          const missing = shown.filter((word) => !text.includes(word) || !clean.includes(word))
          expect({ body, missing }).toEqual({ body, missing: [] })
        }
      },
      { javaScriptEnabled: false },
    )
  }, 120_000)
})
