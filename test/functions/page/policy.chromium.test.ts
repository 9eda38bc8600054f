import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Chromium } from '../../oauth2-server/browser/chromium.ts'
import { servePage } from './served-page.ts'

/**
 * What a page tries, by name, and what the browser did. The page's own script tries it, because the policy does not
 * apply to what a test evaluates.
 */
const script = `
const outcome = (attempt) => { try { return String(attempt()) } catch (error) { return error.name } }
const policy = trustedTypes.createPolicy('mail-frame', { createHTML: (html) => html })
const attempts = {
  'a style in CSSOM': () => outcome(() => { document.body.style.color = 'red'; return getComputedStyle(document.body).color }),
  'HTML in text form': () => outcome(() => { document.body.innerHTML = '<b>x</b>' }),
  'a frame with text as its document': () => outcome(() => { document.createElement('iframe').srcdoc = '<b>x</b>' }),
  'another policy': () => outcome(() => trustedTypes.createPolicy('default', {})),
  'the same policy again': () => outcome(() => trustedTypes.createPolicy('mail-frame', {})),
  'code in text form': () => outcome(() => eval('1')),
  'a foreign request': () => fetch('http://localhost:9/').then(() => 'sent', (error) => error.name),
}
window.showMail = (html) => {
  const frame = document.createElement('iframe')
  frame.setAttribute('sandbox', '')
  frame.title = 'Message'
  frame.srcdoc = policy.createHTML(html)
  document.body.append(frame)
}
window.outcomes = Promise.all(Object.entries(attempts).map(async ([name, attempt]) => [name, await attempt()]))
`

/** Mail that makes a browser send requests to this origin. */
const hostileMail = (origin: string) => `<p id="text">Hello from the mail</p>
<img id="inline" src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7">
<img src="${origin}/pixel.png"><link rel="stylesheet" href="${origin}/x.css">
<style>@import url(${origin}/y.css); p { color: red }</style>
<iframe src="${origin}/frame"></iframe><object data="${origin}/object"></object>
<script>parent.postMessage('script ran', '*')</script><img src="x:" onerror="parent.postMessage('handler ran', '*')">
<form action="${origin}/form"><button id="send">Send</button></form><meta http-equiv="refresh" content="0;url=${origin}/">`

describe('the policy of the admin page in Chromium', () => {
  let chromium: Chromium
  let server: Server
  let url: string
  const foreignRequests: string[] = []
  const foreign = createServer(({ method, url }, response) => {
    foreignRequests.push(`${method} ${url}`)
    response.end()
  })
  beforeAll(async () => {
    chromium = await Chromium.start()
    const served = await servePage({
      'index.html':
        '<!doctype html><title>Page</title><body><script type="module" src="/admin/assets/main.js"></script>',
      'assets/main.js': script,
    })
    server = served.server
    url = served.url
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve))
  })
  afterAll(async () => {
    await chromium[Symbol.asyncDispose]()
    server.close()
    foreign.close()
  })

  it('the page may style its elements, and cannot turn text into HTML or code or reach another origin', async () => {
    await chromium.withPage(async (page) => {
      await page.goto(url)
      expect(page.url()).toBe(`${url}/admin`)
      await page.waitForFunction('window.outcomes')
      expect(await page.evaluate('outcomes')).toEqual([
        ['a style in CSSOM', 'rgb(255, 0, 0)'],
        ['HTML in text form', 'TypeError'],
        ['a frame with text as its document', 'TypeError'],
        ['another policy', 'TypeError'],
        ['the same policy again', 'TypeError'],
        ['code in text form', 'EvalError'],
        ['a foreign request', 'TypeError'],
      ])
    })
  })

  it('the page shows the HTML of a message in a frame that runs nothing and loads nothing', async () => {
    await chromium.withPage(async (page) => {
      const origin = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`
      await page.goto(`${url}/admin/messages/1`)
      await page.waitForFunction('window.outcomes')
      await page.evaluate("window.heard = []; addEventListener('message', ({ data }) => heard.push(data))")
      await page.evaluate(`showMail(${JSON.stringify(hostileMail(origin))})`)
      const mail = page.frameLocator('iframe')
      expect(await mail.locator('#text').textContent()).toBe('Hello from the mail')
      const width = (image: object) => ('naturalWidth' in image ? image.naturalWidth : undefined)
      await expect.poll(() => mail.locator('#inline').evaluate(width)).toBe(1)
      await mail.locator('#send').click()
      expect(await page.evaluate('heard')).toEqual([])
      expect(page.frames().filter((frame) => frame.url().startsWith(origin))).toEqual([])
      // Chromium also reports requests that it blocks, so only the server can tell what was sent.
      await fetch(`${origin}/control`)
      expect(foreignRequests).toEqual(['GET /control'])
    })
  })
})
