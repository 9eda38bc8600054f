import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSecret } from '../../lib/secrets/random-secret.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { takesTokensOf } from '../mail-server/token-faults.ts'
import { consentInBrowser } from '../oauth2-server/browser/consent.ts'
import { HttpBrowser } from '../oauth2-server/browser/http-browser.ts'
import { type OAuth2Server, startOAuth2Server } from '../oauth2-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { OAuth2Stack, readable } from '../support/oauth2-stack.ts'

const desk = { email: 'desk@example.com', password: 'desk’s own password' }
const attacker = { email: 'attacker@example.com', password: 'attacker’s own password' }

let server: OAuth2Server
let mail: MailServer
let world: OAuth2Stack
let accountId: string
beforeAll(async () => {
  await assembly()
  server = await startOAuth2Server({ users: [desk, attacker] })
  mail = await startMailServer({
    users: [desk, attacker].map(({ email }) => ({ name: email, password: 'not used' })),
    quirks: { tokenMechanisms: ['XOAUTH2'] },
    faults: [takesTokensOf(server)],
  })
  world = await OAuth2Stack.start({ server, mail, parameters: { ReturnToUrls: 'https://desk.example.com/admin' } })
  accountId = (await world.createAccount('IMAPS', desk.email)).accountId
}, assemblyLimitMs)
afterAll(async () => {
  await world?.[Symbol.asyncDispose]()
  await mail?.stop()
  await server?.stop()
})

const isCallback = (url: URL) => url.pathname === '/oauth2/callback'
const link = async (body = {}) => (await world.link(accountId, body)).url
const exchanges = () => server.tokenRequests.filter(({ grantType }) => grantType === 'authorization_code').length
const connectedBy = async () => {
  const account = await world.api.account(accountId)
  return JSON.stringify(account.oauth2 ?? '')
}

/**
 * Signs in and agrees, and stops when the provider redirects the browser back to us.
 * @returns that URL
 */
const untilCallback = async (browser: HttpBrowser, url: string, person: typeof desk): Promise<URL> => {
  browser.stopBefore = isCallback
  const stopped = await consentInBrowser(url, person, { browser })
  browser.stopBefore = undefined
  return new URL(stopped.url)
}
const withField = (url: URL, name: string, value: string): string => {
  const changed = new URL(url)
  changed.searchParams.set(name, value)
  return changed.href
}

describe('an attacked consent in the local run', () => {
  it('the attacker’s consent that the victim’s browser completes does not connect the account', async () => {
    const url = await link()
    const theirs = await untilCallback(new HttpBrowser(), url, attacker)
    const victim = new HttpBrowser()
    await untilCallback(victim, url, desk)
    const before = exchanges()
    const page = await victim.open(theirs.href)
    expect(page.status).toBe(403)
    expect(readable(page)).toContain('started in another browser')
    expect(new URL(page.url).search).toBe('')
    expect(exchanges()).toBe(before)
    expect(await connectedBy()).toContain('consent-missing')
  })

  it.each(['the victim’s code in the attacker’s round trip', 'the attacker’s code in the victim’s'])(
    'a consent with %s does not connect the account',
    async (which) => {
      const url = await link()
      const [mine, theirs] = [new HttpBrowser(), new HttpBrowser()]
      const [own, foreign] = [await untilCallback(mine, url, attacker), await untilCallback(theirs, url, desk)]
      const [browser, into, from] = which.startsWith('the victim') ? [mine, own, foreign] : [theirs, foreign, own]
      const page = await browser.open(withField(into, 'code', from.searchParams.get('code') ?? ''))
      expect(readable(page)).toContain('was not connected')
      expect(server.tokenRequests.at(-1)).toMatchObject({ grantType: 'authorization_code', error: 'invalid_grant' })
      expect(await connectedBy()).toContain('consent-missing')
    },
  )

  it('a consent by a person without access to the mailbox does not connect the account, and the page names that person', async () => {
    const page = await consentInBrowser(await link(), attacker)
    expect(readable(page)).toContain(
      'You signed in as attacker@example.com, and the mail server did not let attacker@example.com open the mailbox desk@example.com',
    )
    expect(await connectedBy()).toContain('consent-missing')
  })

  it.each([
    ['a forged state', () => `state=${newSecret()}&code=x`],
    ['no state', () => 'code=x'],
    ['markup', () => `state=${newSecret()}&error=${encodeURIComponent('<script>alert(1)</script>')}`],
    ['another header', () => `state=${newSecret()}%0d%0aset-cookie:%20a=b&code=x`],
    [
      'a redirect target',
      () => `state=${newSecret()}&code=x&returnTo=https://evil.example&redirect_uri=https://evil.example`,
    ],
  ])('a response with %s ends on one of our pages', async (_, query) => {
    const browser = new HttpBrowser()
    const page = await browser.open(`${new URL(await link()).origin}/oauth2/callback?${query()}`)
    expect(page.status).toBe(400)
    expect(page.html).not.toContain('<script')
    expect(page.headers['set-cookie']).toBeUndefined()
    for (const visited of browser.visited) expect(new URL(visited).origin).toBe(new URL(page.url).origin)
  })

  it('the page shows any error description from the provider as text', async () => {
    const browser = new HttpBrowser()
    const answered = await untilCallback(browser, await link(), desk)
    answered.searchParams.delete('code')
    answered.searchParams.set('error', 'server_error')
    answered.searchParams.set('error_description', '<script>alert(1)</script><form action=https://evil.example>')
    const page = await browser.open(answered.href)
    expect(page.html).not.toMatch(/<script|<form/)
    expect(readable(page)).toContain('<script>alert(1)</script>')
  })

  it.each([
    'https://evil.example',
    'https://desk.example.com@evil.example/admin',
    '//evil.example',
    'https://desk.example.com/admin/../x',
  ])('a consent never leads back to a URL that is not listed: %s', async (returnTo) => {
    const problem = await world.api.problem('POST', `/accounts/${accountId}/oauth2/authorize`, { body: { returnTo } })
    expect(problem).toMatchObject({ code: 'invalid-request', errors: [{ path: '/returnTo' }] })
  })
})

it('a consent connects the account once, shows its result in no other browser, and leaves no secret in any log or row', async () => {
  mail.user(desk.email).inbox.append('Subject: hello\r\n\r\nText\r\n')
  const url = await link({ returnTo: 'https://desk.example.com/admin/mail' })
  const browser = new HttpBrowser()
  const answered = await untilCallback(browser, url, desk)
  const before = exchanges()
  const [page, again] = await Promise.all([browser.open(answered.href), browser.open(answered.href)])
  expect(page.url).toBe(again.url)
  expect(exchanges()).toBe(before + 1)
  const end = await browser.open(page.url)
  expect(readable(end)).toContain('desk@example.com is connected')
  expect(end.html).toContain('href="https://desk.example.com/admin/mail"')
  expect(readable(await browser.open(answered.href))).toContain('desk@example.com is connected')
  expect(exchanges()).toBe(before + 1)
  const elsewhere = await new HttpBrowser().open(page.url)
  expect({ status: elsewhere.status, named: elsewhere.html.includes('desk@example.com') }).toEqual({
    status: 403,
    named: false,
  })
  await world.stack.settled()
  expect((await world.api.runsOf(accountId))[0]).toMatchObject({ state: 'done', counts: { stored: 1 } })

  const { accessToken = '', refreshToken = '' } = server.tokensIssued.at(-1) ?? {}
  const cookies = (await browser.cookies(page.url))
    .split('; ')
    .flatMap((cookie) => cookie.replace(/^[^=]+=/, '').split('.'))
  const secrets = {
    accessToken,
    refreshToken,
    code: answered.searchParams.get('code') ?? '',
    state: answered.searchParams.get('state') ?? '',
    ticket: url.split('/').at(-1) ?? '',
    clientSecret: server.clients.confidential.clientSecret ?? '',
    ...Object.fromEntries(cookies.map((cookie, i) => [`cookie ${i}`, cookie])),
  }
  const { local } = world.stack
  const written = new Map(
    filesBelow(local.dataFolder).map((file) => [file.slice(local.dataFolder.length + 1), readFileSync(file)]),
  )
  written.set('tables', Buffer.from(await tablesText()))
  written.set('events', Buffer.from(JSON.stringify(world.stack.events)))
  const logs = [...written.keys()].filter(
    (name) => name.startsWith('logs/') && /Oauth2(Start|Callback|Consent)/.test(name),
  )
  expect(logs).toHaveLength(3)
  expect(written.get('events')?.includes('/oauth2/start/{ticket}')).toBe(true)
  // The searched material must not be empty, or the search would prove nothing.
  for (const name of logs) expect(written.get(name)?.length, name).toBeGreaterThan(0)
  expect(written.get('tables')?.includes('ticket#')).toBe(true)
  const found = Object.entries(secrets).flatMap(([name, secret]) => {
    expect(secret.length, name).toBeGreaterThan(15)
    return [...written].filter(([, bytes]) => bytes.includes(secret)).map(([file]) => `${name} in ${file}`)
  })
  expect(found).toEqual(['clientSecret in secrets.json'])
})

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** Every item of every table, as a client reads it. The tables' own files may be compressed. */
const tablesText = async (): Promise<string> => {
  const { clientConfig, endpoints } = world.stack.local
  const client = new DynamoDBClient({ ...clientConfig, endpoint: endpoints.dynamodb })
  const { TableNames = [] } = await client.send(new ListTablesCommand({}))
  const scans = await Promise.all(TableNames.map((TableName) => client.send(new ScanCommand({ TableName }))))
  client.destroy()
  return JSON.stringify(scans.map(({ Items }) => Items))
}
