import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { tokensByCodeFlow } from '../code-flow.ts'
import { startOAuth2Server } from '../server.ts'
import { HttpBrowser } from './http-browser.ts'

/** One server, two sites: `here` and `there`. */
const startSites = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    here: `http://localhost:${port}`,
    there: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

describe('HttpBrowser', () => {
  it('HttpBrowser sends cookies only to the right host, path and context', async () => {
    const seen: string[] = []
    await using sites = await startSites((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.cookie ?? '-'}`)
      const form = `<form method="post" action="${sites.here}/posted"><input name="a" value="&amp;"><button>Go</button></form>`
      if (request.url === '/set')
        response.setHeader('set-cookie', [
          'lax=1; Path=/; HttpOnly; SameSite=Lax',
          'strict=1; Path=/; SameSite=Strict',
          'deep=1; Path=/deep',
          '__Host-good=1; Path=/; Secure; SameSite=Lax',
          '__Host-bad=1; Path=/deep; Secure',
          '__Host-clear=1; Path=/',
        ])
      response.end(form)
    })
    const browser = new HttpBrowser()
    await browser.open(`${sites.here}/set`)
    await browser.open(`${sites.here}/typed`)
    const there = await browser.open(`${sites.there}/other`)
    await browser.open(`${sites.here}/followed`, there)
    await browser.press(there, 'Go')
    await new HttpBrowser().open(`${sites.here}/stranger`)
    expect(seen).toEqual([
      'GET /set -',
      'GET /typed lax=1; strict=1; __Host-good=1',
      'GET /other -',
      'GET /followed lax=1; __Host-good=1',
      'POST /posted -',
      'GET /stranger -',
    ])
  })

  it('HttpBrowser, like Chromium, forbids a form that is redirected to an address outside its page’s policy', async () => {
    let policy = "default-src 'none'; form-action 'self'"
    await using sites = await startSites((request, response) => {
      if (request.method === 'POST') response.writeHead(303, { location: `${sites.there}/consent` }).end()
      else if (request.url === '/consent') response.end('there')
      else response.setHeader('content-security-policy', policy).end('<form method="post"><button>Go</button></form>')
    })
    const browser = new HttpBrowser()
    await expect(browser.press(await browser.open(sites.here))).rejects.toThrow(
      /does not allow its form to lead to http:\/\/127/,
    )
    policy = `form-action 'self' ${sites.there}`
    expect((await browser.press(await browser.open(sites.here))).html).toBe('there')
  })

  it('HttpBrowser reports a missing form or button, and too many redirects', async () => {
    await using sites = await startSites((request, response) => {
      if (request.url === '/round') response.writeHead(302, { location: '/round' }).end()
      else response.end('<p>nothing</p>')
    })
    const browser = new HttpBrowser()
    const page = await browser.open(sites.here)
    await expect(browser.press(page)).rejects.toThrow('No form')
    await expect(browser.press(page, 'Go')).rejects.toThrow('No button “Go”')
    await expect(browser.open(`${sites.here}/round`)).rejects.toThrow('More than 20 redirects')
  })
})

describe('a second consent in one HttpBrowser', () => {
  it.each([
    ['login', 'other@example.com'],
    ['select_account', 'other@example.com'],
    ['consent', 'desk@example.com'],
  ] as const)('a second consent in one HttpBrowser with prompt=%s is given by %s', async (prompt, email) => {
    await using server = await startOAuth2Server()
    const [desk, other] = server.users
    if (!desk || !other) throw new Error('The test needs two users')
    const browser = new HttpBrowser()
    await tokensByCodeFlow(server, desk, { browser })
    const { idToken = '' } = await tokensByCodeFlow(server, other, { browser, prompt })
    expect(decodeJwt(idToken).email).toBe(email)
  })
})
