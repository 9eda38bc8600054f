import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Chromium } from '../../oauth2-server/browser/chromium.ts'
import { startStrictSite } from './strict-site.ts'
import { type Refusal, Watch } from './watch.ts'

let chromium: Chromium
beforeAll(async () => {
  chromium = await Chromium.start()
})
afterAll(() => chromium?.[Symbol.asyncDispose]())

const html = (body = '') => `<!doctype html><title>A page</title>${body}<script src="/script.js"></script>`

interface Visit {
  /** The body of an asynchronous function. */
  readonly script?: string
  readonly body?: string
  readonly alsoVisited?: readonly string[]
  readonly refusals?: readonly Refusal[]
}

/** Opens a page and waits until its script has ended. @returns what the watch has found */
const visit = async ({ script = '', body, alsoVisited = [], refusals = [] }: Visit) => {
  const site = await startStrictSite(
    html(body),
    `(async () => { ${script} })().finally(() => { document.title = 'done' })`,
  )
  try {
    return await chromium.withPage(async (page) => {
      const watch = new Watch(page.context(), { origin: site.url, alsoVisited })
      for (const refusal of refusals) watch.expectRefusal(refusal)
      await page.goto(site.url)
      await expect.poll(() => page.title()).toBe('done')
      return watch.found
    })
  } finally {
    await site.close()
  }
}

describe('the watch on the tabs of a journey', () => {
  it('the watch finds nothing on a page that behaves', async () => {
    expect(await visit({})).toEqual([])
  })

  it('the watch reports a console message of any kind', async () => {
    expect(await visit({ script: "console.debug('one'); console.warn('two')" })).toEqual([
      expect.stringMatching(/^console debug: one \(http.*script\.js:\d+\)$/),
      expect.stringMatching(/^console warning: two /),
    ])
  })

  it('the watch reports an error that the page’s code does not catch', async () => {
    expect(await visit({ script: "throw new Error('an error of the page')" })).toEqual([
      expect.stringMatching(/^error: Error: an error of the page/),
    ])
  })

  it('the watch reports a violation of the page’s policy', async () => {
    const found = await visit({ body: '<p style="color: red">red</p>' })
    expect(found).toEqual([expect.stringMatching(/^console error: .*Content Security Policy/)])
  })

  it('the watch reports a request to another origin, unless the journey visits that origin', async () => {
    const other = await startStrictSite(html())
    const script = `await fetch('${other.url}/script.js', { mode: 'no-cors' })`
    // Every server of the local run refuses requests of other pages.
    const refusals = [{ status: 403, path: /^\/script\.js$/ }]
    expect(await visit({ script, refusals })).toEqual([`request to another origin: GET ${other.url}/script.js`])
    expect(await visit({ script, refusals, alsoVisited: [other.url] })).toEqual([])
    await other.close()
  })

  it('the watch reports a response with an error status, unless the journey expects it', async () => {
    const script = "await fetch('/missing')"
    expect(await visit({ script })).toEqual([expect.stringMatching(/status of 404/)])
    expect(await visit({ script, refusals: [{ status: 404, path: /^\/missing$/ }] })).toEqual([])
    expect(await visit({ script, refusals: [{ status: 404, path: /^\/other$/ }] })).toHaveLength(1)
    expect(await visit({ script, refusals: [{ status: 403, path: /^\/missing$/ }] })).toHaveLength(1)
  })
})
