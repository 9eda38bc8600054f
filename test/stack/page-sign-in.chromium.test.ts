import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pageAddress } from '../../local/report.ts'
import { Chromium } from '../oauth2-server/browser/chromium.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { startStack, type TestStack } from '../support/stack.ts'
import { signedIn } from '../web/support/sign-in.ts'

let stack: TestStack
let chromium: Chromium
/** A web server of another user of this machine. It keeps the cookies that browsers send to it. */
let foreign: Server
let foreignUrl: string
let received: string[] = []

beforeAll(async () => {
  await assembly()
  stack = await startStack()
  chromium = await Chromium.start()
  foreign = createServer((request, response) => {
    received.push(request.headers.cookie ?? '')
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>A page</title><body></body>')
  }).listen(0, '127.0.0.1')
  await once(foreign, 'listening')
  foreignUrl = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`
}, assemblyLimitMs)
afterAll(async () => {
  await chromium?.[Symbol.asyncDispose]()
  await stack?.[Symbol.asyncDispose]()
  foreign?.close()
})

const printed = () => pageAddress(stack.local) ?? ''

/** Opens the printed address, which signs an admin in. */
const signIn = async (page: Page): Promise<void> => {
  await page.goto(printed())
  await signedIn(page)
}

describe('other programs and web pages on the machine of a local run', { timeout: 120_000 }, () => {
  it('a server on another port receives the cookie, but cannot use it', async () => {
    await chromium.withPage(async (page) => {
      await signIn(page)
      received = []
      await page.goto(foreignUrl)
      const [cookie = ''] = received.filter((one) => /postmaster-\d+-session=/.test(one))
      expect(cookie).not.toBe('')
      for (const secret of [undefined, '1', 'x'.repeat(43)]) {
        const answer = await fetch(`${stack.local.apiUrl}/admin/session/token`, {
          method: 'POST',
          headers: { cookie, ...(secret !== undefined && { 'x-postmaster-session': secret }) },
        })
        expect([secret, answer.status]).toEqual([secret, expect.toBeOneOf([401, 403])])
        expect(await answer.text()).not.toContain('accessToken')
      }
      // The request of the thief has not ended the session of the person.
      await page.goto(`${stack.local.apiUrl}/admin`)
      await signedIn(page)
    })
  })

  it('a web page cannot sign a person in, and cannot get a token or a code', async () => {
    await chromium.withPage(async (page) => {
      await signIn(page)
      const before = await page.context().cookies()
      await page.goto(foreignUrl)
      const { apiUrl } = stack.local
      const tried = await page.evaluate(`(async () => {
        const tried = []
        for (const path of ['token', 'sign-out'])
          for (const init of [{ mode: 'no-cors' }, { headers: { 'X-Postmaster-Session': 'x'.repeat(43) } }])
            await fetch('${apiUrl}/admin/session/' + path, { method: 'POST', credentials: 'include', ...init })
              .then(async (response) => tried.push(response.type + (await response.text())), () => tried.push('refused'))
        return tried
      })()`)
      expect(tried).toEqual(['opaque', 'refused', 'opaque', 'refused'])
      // The page of the other site sends the person to a sign-in for a secret that it knows itself.
      const hash = 'x'.repeat(43)
      await page.evaluate(`location.href = '${apiUrl}/admin/session/sign-in?returnTo=/admin/runs&pageHash=${hash}'`)
      await page.waitForURL('**/admin/runs')
      await signedIn(page)
      const after = await page.context().cookies()
      expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name))
    })
  })
})
