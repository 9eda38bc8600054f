import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { takesTokensOf } from '../mail-server/token-faults.ts'
import { consentInBrowser } from '../oauth2-server/browser/consent.ts'
import { HttpBrowser } from '../oauth2-server/browser/http-browser.ts'
import { refusal, type ScriptedAnswer, tokens } from '../oauth2-server/scripted-answers.ts'
import { type ScriptedServer, startScriptedServer } from '../oauth2-server/scripted-server.ts'
import { type OAuth2Server, startOAuth2Server } from '../oauth2-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { OAuth2Stack, readable } from '../support/oauth2-stack.ts'
import { secretsIn, tablesText, writtenFiles } from '../support/written-secrets.ts'

const desk = { email: 'desk@example.com', password: 'desk’s own password' }
const echoed = 'echoed@example.com'

/** As long and unusual as a real secret, so that it is never found by accident and every encoding of it differs. */
const odd = (what: string): string => `${what}/${randomBytes(12).toString('hex')}+with=signs.~%41`
const misplaced = odd('Misplaced')
/** The secrets by name. The search looks for each of them. */
const secrets: Record<string, string> = { misplaced }
const note = <Fields extends Record<string, string>>(fields: Fields): Fields => {
  for (const [name, value] of Object.entries(fields)) {
    if (value.length < 20) throw new Error(`${name} is too short to search for`)
    secrets[`${name} ${Object.keys(secrets).length}`] = value
  }
  return fields
}

let server: OAuth2Server
let scripted: ScriptedServer
let mail: MailServer
let world: OAuth2Stack
beforeAll(async () => {
  await assembly()
  server = await startOAuth2Server({ users: [desk] })
  scripted = await startScriptedServer()
  mail = await startMailServer({
    users: [desk.email, echoed].map((name) => ({ name, password: 'not used' })),
    quirks: { tokenMechanisms: ['XOAUTH2', 'OAUTHBEARER'] },
    faults: [takesTokensOf(server)],
  })
  world = await OAuth2Stack.start({ server, mail })
}, assemblyLimitMs)
afterAll(async () => {
  await world?.[Symbol.asyncDispose]()
  await mail?.stop()
  await scripted?.stop()
  await server?.stop()
})

const pages: string[] = []
/** The cookie of a consent contains a secret and the ticket. */
const cookiesOf = async (browser: HttpBrowser, url: string) =>
  (await browser.cookies(url)).split('; ').map((cookie) => cookie.replace(/^[^=]+=/, '').replace(/\..*$/, ''))

/** Repeats everything from the request, in every form, in the server's error description. */
const echo: ScriptedAnswer = (exchange) => {
  const said = Object.values(exchange.request.parameters)
  const text = [...said, ...said.map((one) => Buffer.from(one).toString('base64'))].join(' ')
  return refusal('invalid_grant', text)(exchange)
}

/**
 * A consent with the scripted server, which has no pages. The browser returns with a code as if a person had signed in.
 */
const consentAt = async (accountId: string, answer: ScriptedAnswer): Promise<string> => {
  const { url } = await world.link(accountId)
  const browser = new HttpBrowser({ stopBefore: ({ origin }) => origin === scripted.url })
  const departure = new URL((await browser.press(await browser.open(url))).url).searchParams
  const { code, state } = note({ code: odd('code'), state: departure.get('state') ?? '' })
  note({ ticket: url.split('/').at(-1) ?? '' })
  for (const cookie of await cookiesOf(browser, url)) note({ cookie })
  scripted.next.push(answer)
  const page = await browser.open(`${departure.get('redirect_uri')}?${new URLSearchParams({ code, state })}`)
  note({ verifier: scripted.requests.at(-1)?.parameters.code_verifier ?? '' })
  pages.push(page.html)
  return readable(page)
}
const newTokens = () => tokens(note({ access_token: odd('access'), refresh_token: odd('refresh') }))
/** Fetches with `debug`, so that the whole conversation is recorded. */
const fetchInDebug = async (accountId: string) => {
  await world.api.good('POST', `/accounts/${accountId}/fetch`, { body: { debug: true } })
  await world.stack.settled()
}
const doctor = async (accountId: string) => (await world.api.good('POST', `/accounts/${accountId}/oauth2/doctor`)).text

/** Uses secrets that are valid, renewed, refused, repeated publicly by both servers, and sent to wrong places. */
const wholeLife = async () => {
  const { api } = world
  const { accountId } = await world.createAccount('IMAPS', desk.email)
  const { url } = await world.link(accountId)
  note({ ticket: url.split('/').at(-1) ?? '' })
  const browser = new HttpBrowser()
  pages.push((await consentInBrowser(url, desk, { browser })).html)
  for (const cookie of await cookiesOf(browser, url)) note({ cookie })
  await world.stack.settled()
  mail.faults = [{ onToken: (_, { token }) => refuseOnce(token) }, takesTokensOf(server)]
  await fetchInDebug(accountId)
  expect((await api.runsOf(accountId))[0]?.state).toBe('done')
  expect(refusedOnce.size).toBe(1)
  await api.good('POST', `/accounts/${accountId}/test`)
  expect(await doctor(accountId)).toContain('"passed":true')
  await world.stack.settled()

  // Both servers repeat everything that they receive.
  const { clientSecret } = note({ clientSecret: odd('client-secret') })
  const provider = {
    name: 'Echo',
    authorizationEndpoint: scripted.authorizationEndpoint,
    tokenEndpoint: scripted.tokenEndpoint,
  }
  const { body } = await api.good('POST', '/oauth2/providers', { body: provider })
  const profileId = await world.createProfile({ ...idOf(body), name: 'Echo', clientId: 'client-1', clientSecret })
  const account = await world.createAccount('POP3S', echoed, { profileId })
  expect(await consentAt(account.accountId, echo)).toContain('was not connected')
  mail.faults = [
    { onToken: (_, { token, user }) => ({ challenges: [{ status: '401', token, user }], text: `no ${token}` }) },
  ]
  expect(await consentAt(account.accountId, newTokens())).toContain('was not connected')
  mail.faults = [{ onToken: () => 'accept' }]
  expect(await consentAt(account.accountId, newTokens())).toContain('is connected')
  await world.stack.settled()
  mail.faults = [{ onToken: (_, { token }) => ({ challenges: [{ status: '401', token }], text: `no ${token}` }) }]
  scripted.otherwise = echo
  for (const request of [
    () => doctor(account.accountId),
    () => api.send('POST', `/accounts/${account.accountId}/test`),
    () => fetchInDebug(account.accountId),
  ])
    await request()
  expect((await api.account(account.accountId)).oauth2?.state).toBe('re-authorization-needed')

  const refused = [
    await api.send('POST', '/oauth2/profiles', { rawBody: `{"clientSecret":"${misplaced}", "name":` }),
    await api.send('POST', '/oauth2/profiles', { body: { clientSecret: [misplaced], clientId: 'x' } }),
    await api.send('POST', '/oauth2/profiles', { body: { name: misplaced.repeat(9), grant: misplaced } }),
    await api.send('PATCH', `/oauth2/profiles/${profileId}`, {
      body: { clientSecret: `${misplaced}\r\n` },
      ifMatch: '*',
    }),
    await api.send('PATCH', `/oauth2/profiles/${profileId}`, { body: { tenant: misplaced }, ifMatch: '*' }),
    await api.send('POST', '/oauth2/providers', { body: { ...provider, tokenEndpoint: `https://a:${misplaced}@b` } }),
    await api.send('POST', `/accounts/${accountId}/oauth2/authorize`, { body: { returnTo: `https://x/${misplaced}` } }),
    await api.send('POST', `/accounts/${accountId}/oauth2/authorize`, { body: { accessToken: misplaced } }),
    await api.send('PATCH', `/accounts/${accountId}`, { body: { refreshToken: misplaced }, ifMatch: '*' }),
  ]
  for (const { status, text } of refused) expect(status, text).toBeGreaterThanOrEqual(400)
  for (const { status, text } of refused) expect(status, text).toBeLessThan(500)
  for (const query of [`state=${misplaced}&code=${misplaced}`, `code=${misplaced}`])
    pages.push((await new HttpBrowser().open(`${new URL(url).origin}/oauth2/callback?${query}`)).html)
  for (const path of ['start', 'done'])
    pages.push((await new HttpBrowser().open(`${new URL(url).origin}/oauth2/${path}/${misplaced}`)).html)
  for (const path of ['/accounts', '/oauth2/profiles', '/oauth2/providers', '/runs', '/audit'])
    await api.good('GET', path)
  for (const { runId } of [...(await api.runsOf(accountId)), ...(await api.runsOf(account.accountId))])
    await api.send('GET', `/runs/${runId}/conversation`)
}

const idOf = (body: unknown) =>
  typeof body === 'object' && body !== null && 'providerId' in body ? { providerId: body.providerId } : {}

const refusedOnce = new Set<string>()
const refuseOnce = (token: string) => {
  if (refusedOnce.size > 0) return undefined
  refusedOnce.add(token)
  return { challenges: [{ status: '401', token }], text: `no ${token}` }
}

it('no token, code, verifier, state, cookie, ticket or client secret appears in any written data, except where it belongs', {
  timeout: 180_000,
}, async () => {
  await wholeLife()
  for (const { accessToken, refreshToken, idToken } of server.tokensIssued)
    for (const [name, value] of Object.entries({ accessToken, refreshToken, idToken }))
      if (value !== undefined) note({ [name]: value })
  note({ clientSecret: server.clients.confidential.clientSecret })

  const written = writtenFiles(world.stack.local.dataFolder)
  written.set('tables', Buffer.from(await tablesText(world.stack)))
  written.set('events', Buffer.from(JSON.stringify(world.stack.events)))
  written.set('answers', Buffer.from(world.api.transcript.join('\n')))
  written.set('pages', Buffer.from(pages.join('\n')))
  // The searched material must not be empty, or the search would prove nothing.
  expect([...written.keys()].filter((name) => name.startsWith('logs/')).length).toBeGreaterThanOrEqual(8)
  expect(written.get('answers')?.includes('AUTHENTICATE OAUTHBEARER')).toBe(true)
  expect(written.get('answers')?.includes('grant-revoked')).toBe(true)
  expect(written.get('pages')?.includes('token-refused')).toBe(true)

  const found = secretsIn(written, secrets, [desk.email, echoed])
  // The admin who requests a link receives it, and the link's own page contains it. Client secrets are in Secrets
  // Manager.
  const belongs = /^(ticket \d+ in (answers|pages)|clientSecret \d+ in secrets\.json)$/
  expect(found.filter((one) => !belongs.test(one))).toEqual([])
  expect(found.filter((one) => one.startsWith('clientSecret'))).toHaveLength(2)
  expect(found.filter((one) => one.startsWith('ticket'))).not.toEqual([])
})
