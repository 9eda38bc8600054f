import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pageTests } from '../support/page-tests.ts'
import { hostileHtml, hostileMail } from './message-mails.ts'

const world = pageTests()

/** A server of the sender that notes everything that is requested from it. */
let tracker: Server
let trackerUrl: string
const requested: string[] = []
let messageId: string

beforeAll(async () => {
  tracker = createServer((request, response) => {
    requested.push(request.url ?? '')
    response.end()
  })
  await new Promise<void>((resolve) => tracker.listen(0, '127.0.0.1', resolve))
  const { port } = tracker.address() as AddressInfo
  trackerUrl = `http://127.0.0.1:${port}`
  await world().mail.deliver('desk@example.com', [hostileMail(trackerUrl)])
  const { accountId } = await world().createAccount('desk@example.com')
  const { runId } = await world().api.ended(await world().api.fetchNow(accountId))
  const [message] = await world().api.messages(`runId=${runId}`)
  messageId = message?.messageId ?? ''
})
afterAll(() => new Promise((resolve) => tracker.close(resolve)))
beforeEach(() => {
  requested.length = 0
})

const openHtml = async (): Promise<Page> => {
  const page = await world().openPage({ path: `/admin/messages/${messageId}?tab=html` })
  await page.frameLocator('iframe').getByText('Dear customer').waitFor()
  return page
}

// A script that runs would write to the console, and a test fails if anything writes to the console.
describe('HTML of a mail that tries to do harm', () => {
  test('the HTML is readable, runs nothing and requests nothing, and the page says what was not loaded', async () => {
    const page = await openHtml()
    const mail = page.frameLocator('iframe')
    await expect.poll(() => page.getByText('2 remote images were not loaded.').isVisible()).toBe(true)
    await expect.poll(() => page.getByText('They are on 127.0.0.1').isVisible()).toBe(true)
    await mail.getByText('Cell').hover()
    await mail.getByText('Dear customer').click()
    expect(await mail.locator('script, form, input, button, iframe, object, svg, [href], [src]').count()).toBe(0)
    expect(requested).toEqual([])
  })

  test('a link in the HTML leads nowhere, and its true target is in the list of links', async () => {
    const page = await openHtml()
    await page.frameLocator('iframe').getByText('https://bank.example').click()
    await page.getByRole('button', { name: '1 link' }).click()
    await page.getByText(`${trackerUrl}/link`, { exact: true }).waitFor()
    expect(page.context().pages()).toHaveLength(1)
    expect(new URL(page.url()).pathname).toBe(`/admin/messages/${messageId}`)
    expect(requested).toEqual([])
  })

  test('the frame alone keeps the same HTML harmless, even if it were not sanitised', async () => {
    const page = await world().openPage()
    await page.route('**/view?*html=sanitised*', async (route) => {
      const html = { content: hostileHtml(trackerUrl), truncated: false, form: 'sanitised', remoteContentRemoved: 0 }
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), html } })
    })
    await page.goto(`/admin/messages/${messageId}?tab=html`)
    await page.frameLocator('iframe').getByText('Dear customer').click()
    await page.frameLocator('iframe').getByText('https://bank.example').click()
    expect(new URL(page.url()).pathname).toBe(`/admin/messages/${messageId}`)
    expect(requested).toEqual([])
    // The browser reports what it refuses to do. The tracker shows that it sent nothing.
    const found = await world().browser.closePages()
    expect(found.filter((line) => !/Content Security Policy|sandboxed|^request to another origin/.test(line))).toEqual(
      [],
    )
  })
})
