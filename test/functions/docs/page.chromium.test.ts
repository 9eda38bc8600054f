import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import announcement from '../../../docs/events.schema.json' with { type: 'json' }
import openapi from '../../../docs/openapi.json' with { type: 'json' }
import webhook from '../../../docs/webhook.schema.json' with { type: 'json' }
import { docsHandler } from '../../../functions/docs/handler.ts'
import { type LoopbackServer, listenOnLoopback } from '../../../local/common/loopback-server.ts'
import { Chromium } from '../../oauth2-server/browser/chromium.ts'
import { axeViolations } from '../../web/support/axe.ts'
import { contextOptions, type PageOptions } from '../../web/support/page-options.ts'
import { Watch } from '../../web/support/watch.ts'

/** A part of the API, because axe needs minutes for the whole page. */
const part = {
  ...openapi,
  paths: {
    '/accounts': openapi.paths['/accounts'],
    '/me': openapi.paths['/me'],
    '/messages/{messageId}/erase': openapi.paths['/messages/{messageId}/erase'],
  },
  components: {
    ...openapi.components,
    schemas: {
      ...pick(openapi.components.schemas, 'Account', 'AccountInput', 'CreatedAccount', 'Me'),
      ...pick(openapi.components.schemas, 'PasswordAccountInput', 'OAuth2AccountInput', 'Problem'),
    },
    examples: pick(openapi.components.examples, 'not-signed-in', 'message-erased'),
  },
}

function pick<T, K extends keyof T>(all: T, ...keys: K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, all[key]])) as Pick<T, K>
}

describe('the documentation page in Chromium', () => {
  let chromium: Chromium
  let server: LoopbackServer
  let watches: Watch[]
  beforeAll(async () => {
    chromium = await Chromium.start()
    const handler = docsHandler({ api: part, announcement, webhook })
    const serve = async (rawPath: string) => await handler({ rawPath })
    server = await listenOnLoopback(
      0,
      (request, response) => {
        if (request.url === '/favicon.ico') return response.writeHead(204).end()
        void serve(request.url ?? '').then(({ statusCode = 500, headers = {}, body }) =>
          response.writeHead(statusCode, headers as Record<string, string>).end(body),
        )
      },
      { pages: true },
    )
  })
  afterAll(async () => {
    await chromium[Symbol.asyncDispose]()
    await server.close()
  })
  beforeEach(() => {
    watches = []
  })
  // The policy of the page reports what it forbids to the console.
  afterEach(() => expect(watches.flatMap(({ found }) => found)).toEqual([]))

  const open = async (options: PageOptions) => {
    const context = await chromium.openContext({
      ...contextOptions(options),
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    watches.push(new Watch(context, { origin: server.url }))
    const page = await context.newPage()
    await page.goto(`${server.url}/docs`)
    return { page, menu: page.getByRole('navigation', { name: 'Contents' }) }
  }

  it('the documentation page has no accessibility violations on a laptop and on a phone, with the menu open', async () => {
    const laptop = await open({ theme: 'dark' })
    for (const details of await laptop.page.locator('main details').all())
      await details.evaluate('(one) => one.open = true')
    expect(await axeViolations(laptop.page)).toEqual([])
    const phone = await open({ width: 390 })
    await phone.page.getByRole('button', { name: 'Contents' }).click()
    expect(await axeViolations(phone.page)).toEqual([])
  })

  it('the search of the documentation page finds operations by name and path, and everything by its text', async () => {
    const { page, menu } = await open({})
    const search = menu.getByRole('searchbox')
    const found = async (words: string) => {
      await search.fill(words)
      return await menu.getByRole('link').locator('visible=true').allTextContents()
    }
    expect(await found('create account')).toEqual(['Postmaster', 'POSTCreate a mail account', 'CreatedAccount'])
    expect(await found('/messages/{messageId}')).toEqual(['Postmaster', 'POSTErase a message'])
    // A field of the body.
    expect(await found('maxMessageSize')).toContain('POSTCreate a mail account')
    expect(await found('quadrophonic')).toEqual(['Postmaster'])
    expect(await menu.getByRole('status').textContent()).toBe('Nothing found')
    await search.fill('erased')
    await search.press('Enter')
    expect(new URL(page.url()).hash).toBe('#problem-message-erased')
    await search.fill('')
    expect(await menu.getByText('List the mail accounts').isVisible()).toBe(true)
  })

  it('a sample of the documentation page is copied as it is shown, with the address of the page', async () => {
    const { page } = await open({})
    const [first, second] = [0, 1].map((index) => page.locator('.code').nth(index).getByRole('button'))
    const clipboard = async () => await page.evaluate('navigator.clipboard.readText()')
    await first?.click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await clipboard()).toBe(`API=${server.url}`)
    await second?.click()
    expect(await clipboard()).toBe('TOKEN=$(cat .local/token)')
  })

  it('on a phone, the content comes first, and the menu opens and closes', async () => {
    const { page, menu } = await open({ width: 390 })
    expect(await menu.isVisible()).toBe(false)
    const heading = await page.getByRole('heading', { level: 1 }).boundingBox()
    expect(heading?.y).toBeLessThan(200)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    await page.getByRole('button', { name: 'Contents' }).click()
    await menu.getByText('Create a mail account').click()
    expect(await menu.isVisible()).toBe(false)
    expect(new URL(page.url()).hash).toBe('#op-createaccount')
  })
})
