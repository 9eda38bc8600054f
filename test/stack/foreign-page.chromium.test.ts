import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { Chromium } from '../oauth2-server/browser/chromium.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { listeningSockets } from '../support/processes.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'

const attackScript = readFileSync(fileURLToPath(new URL('../support/foreign-page.js', import.meta.url)), 'utf8')
const learntSchema = z.array(z.object({ port: z.int(), how: z.string(), text: z.string() }))
const password = 'a-password-of-this-test'
const reboundName = 'rebound.example'
const user = 'desk'

let mail: MailServer
/** The server to which the page tries to have the password sent. */
let attacker: MailServer
let site: Server
let sitePort: number
let stack: TestStack
let chromium: Chromium
/** Every HTTP port of the stack, which runs in the same process as the mail servers and the web site of the test. */
let ports: number[]
let calls: string[] = []

beforeAll(async () => {
  await assembly()
  mail = await startMailServer({ users: [{ name: user, password }] })
  attacker = await startMailServer({ users: [{ name: user, password }] })
  site = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>A page</title><body></body>'),
  ).listen(0, '127.0.0.1')
  await once(site, 'listening')
  sitePort = (site.address() as AddressInfo).port
  const before = new Set(listeningSockets(process.pid).map(({ port }) => port))
  stack = await startStack({
    servers: [mail, attacker],
    onServiceCall: ({ operation, accessKeyId }) => {
      // The runner asks its queues for jobs every twenty seconds. No page does.
      if (operation !== 'ReceiveMessage') calls.push(`${operation} by ${accessKeyId}`)
    },
  })
  // Starts a function, whose Runtime API then waits for the next request.
  await stack.api.createAccount({ ...accountOn(mail, 'IMAP', user), password })
  ports = listeningSockets(process.pid)
    .map(({ port }) => port)
    .filter((port) => !before.has(port))
  chromium = await Chromium.start(reboundName)
}, assemblyLimitMs)
beforeEach(() => {
  calls = []
  attacker.transcript.length = 0
})
afterAll(async () => {
  await chromium?.[Symbol.asyncDispose]()
  await stack?.[Symbol.asyncDispose]()
  site?.close()
  await mail?.stop()
  await attacker?.stop()
})

/**
 * Performs every attack that the page can try.
 * @returns what the page could read
 */
const attack = async (page: Page, which: readonly number[]) =>
  learntSchema.parse(
    await page.evaluate(`${attackScript}; attackFromPage(${JSON.stringify(which)}, ${attacker.port('IMAP')})`),
  )

const accountRows = async () => {
  const client = new DynamoDBClient({ ...stack.local.clientConfig, endpoint: stack.local.endpoints.dynamodb })
  const { Items } = await client.send(new ScanCommand({ TableName: stack.resource('TablesAccounts') }))
  client.destroy()
  return Items
}

/** The next fetch goes to the account's own server, and the functions still receive their invocations. */
const expectPasswordOnlyAtItsServer = async () => {
  const sessions = mail.sessionCount
  await stack.tick()
  expect(attacker.transcript).toEqual([])
  expect(mail.sessionCount).toBe(sessions + 1)
  expect(stack.events.filter((event) => event.type === 'invocation-end' && event.status !== 'ok')).toEqual([])
}

describe('a web page in a real browser', { timeout: 120_000 }, () => {
  it('a web page in a browser is tested against the HTTP API, five emulators and at least one Runtime API', () => {
    expect(ports.length).toBeGreaterThanOrEqual(7)
  })

  it.each([
    ['a web page of another port of this machine', () => `http://127.0.0.1:${sitePort}/`],
    ['a web page of another site', () => `http://evil.localhost:${sitePort}/`],
  ])('%s reads nothing from any port, changes nothing, and receives no password', async (_, url) => {
    const before = await accountRows()
    expect(before).toHaveLength(1)
    calls = []
    const requests = stack.events.filter((event) => event.type === 'request').length
    const learnt = await chromium.withPage(async (page) => {
      await page.goto(url())
      return await attack(page, ports)
    })
    expect(learnt).toEqual([])
    // No emulator served a call, and the HTTP API received no request.
    expect(calls).toEqual([])
    expect(stack.events.filter((event) => event.type === 'request')).toHaveLength(requests)
    expect(await accountRows()).toEqual(before)
    await expectPasswordOnlyAtItsServer()
  })

  it('a web page whose name was rebound to this machine is refused on every port, even though it has the same origin', async () => {
    const before = await accountRows()
    calls = []
    for (const port of ports) {
      const answers = await chromium.withPage(async (page) => {
        const opened = await page.goto(`http://${reboundName}:${port}/`)
        const learnt = await attack(page, [port])
        return { status: opened?.status(), learnt }
      })
      expect(answers.status).toBe(403)
      // The page may read the refusal, because it comes from the page's own origin.
      for (const { text } of answers.learnt) expect(text).toMatch(/^403 The local run refuses this request because /)
    }
    expect(calls).toEqual([])
    expect(await accountRows()).toEqual(before)
    await expectPasswordOnlyAtItsServer()
  })

  it('a link on a web page leads a person to the API’s pages and to a raw message’s presigned URL', async () => {
    mail.user(user).inbox.appendAll([Buffer.from('Subject: letter\r\n\r\nText\r\n')])
    await stack.tick()
    const [message] = await stack.api.list('/messages', z.looseObject({ messageId: z.string() }))
    const { headers } = await stack.api.good('GET', `/messages/${message?.messageId}/raw`)
    const url = z.url().parse(headers.get('location'))
    for (const target of [url, `${stack.local.apiUrl}/docs`, stack.local.apiUrl.replace('127.0.0.1', 'localhost')])
      for (const from of [`http://evil.localhost:${sitePort}/`, undefined]) {
        const status = await chromium.withPage(async (page) => {
          const answered = new Promise<number>((resolve) =>
            page.on('response', (response) => response.url().startsWith(target) && resolve(response.status())),
          )
          if (from === undefined) {
            // A download ends the navigation with an error.
            page.goto(target).catch(() => undefined)
            return await answered
          }
          await page.goto(from)
          await page.evaluate(
            `const link = document.createElement('a'); link.href = ${JSON.stringify(target)}; document.body.append(link); link.click()`,
          )
          return await answered
        })
        expect([target, from, status]).toEqual([target, from, expect.not.toBeOneOf([403])])
      }
  })
})
