import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { attemptsPerTicket } from '../../../lib/oauth2/consent/consent-limits.ts'
import { ticketIdOf, ticketKeyOf } from '../../../lib/oauth2/consent/consent-rows.ts'
import { answerTo, depart } from '../../support/consent-steps.ts'
import { type ConsentWorld, publicUrl, startConsentWorld } from '../../support/consent-world.ts'

let world: ConsentWorld
beforeAll(async () => {
  world = await startConsentWorld()
})
beforeEach(() => world.reset())
afterAll(() => world.stop())

const changeAccount = async (fields: object) => {
  const account = await world.accounts.read(world.accountId)
  if (!account) throw new Error('no account')
  await world.accounts.replace({ ...account, ...fields, version: account.version + 1 }, account.version)
}

describe('the page of a link', () => {
  it('says who asks whom for what, and where it leads', async () => {
    const page = await world.visitor().get(await world.link())
    expect(page.status).toBe(200)
    expect(page.text).toContain('admin@example.org asks you to let Postmaster fetch the mail of this mailbox')
    expect(page.text).toContain('Mailbox desk@example.com Sign in as desk@example.com At Example Mail, localhost:')
    expect(page.text).toContain('Mail server imap.example.com')
    expect(page.text).toContain('shows it to the mail server imap.example.com and to nobody else')
    expect(page.text).toContain('reads the mail in the folder “INBOX”')
    expect(page.text).toContain('Fetched mail is deleted from the mailbox.')
    expect(page.text).toContain('Continue to Example Mail')
    expect(page.text).toContain('imap offline_access')
    expect(page.text).toContain('until 3 March 2026 at 08:00 UTC')
  })

  it('does not redirect to a provider whose tokens the account’s mail server may not receive', async () => {
    const url = await world.link()
    await world.providers.replace({ ...world.provider, kind: 'microsoft', version: 2 }, 1)
    const page = await world.visitor().get(url)
    expect(page.text).toContain('imap.example.com is not allowed to receive tokens of the provider')
    expect((await world.visitor().press(url)).location).toBeUndefined()
  })

  it('tells a shared mailbox from who signs in, and what becomes of the mail', async () => {
    await changeAccount({
      mailbox: 'info@example.com',
      afterFetch: { action: 'move', folder: 'Collected' },
      startFrom: 'new',
    })
    const { text } = await world.visitor().get(await world.link())
    expect(text).toContain('Connect the mailbox info@example.com')
    expect(text).toContain('You sign in as yourself; Postmaster then opens the mailbox info@example.com')
    expect(text).toContain('moved to the folder “Collected”')
    expect(text).toContain('Older mail is left alone.')
  })

  it('shows texts as texts, whatever an admin called things', async () => {
    await changeAccount({ folder: '<script>alert(1)</script>', username: '"><img src=x onerror=alert(1)>' })
    const page = await world.visitor().get(await world.link())
    expect(page.html).not.toMatch(/<script|<img/)
    expect(page.text).toContain('<script>alert(1)</script>')
  })

  it('needs no script, and lets its form lead to ourselves and on to any encrypted place', async () => {
    const provider = { ...world.provider, authorizationEndpoint: 'https://login.example.net/authorize' }
    await world.providers.replace({ ...provider, version: 2 }, 1)
    const page = await world.visitor().get(await world.link())
    expect(page.headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'self' https:; frame-ancestors 'none'$/,
    )
    expect(page.html).not.toMatch(/<script|style="|\son\w+=/)
  })

  it('can be looked at as often as a mail filter likes', async () => {
    const url = await world.link()
    for (let i = 0; i < 30; i += 1) expect((await world.visitor().get(url)).status).toBe(200)
    expect(await ticketRowOf(url)).toMatchObject({ attempts: 0 })
    await depart(world.visitor(), url)
  })
})

const ticketRowOf = (url: string) => world.consents.readTicket(ticketKeyOf(ticketIdOf(url.split('/').at(-1) ?? '')))

describe('a link', () => {
  it.each([
    ['cut short', (url: string) => url.slice(0, -1)],
    ['with another letter', (url: string) => `${url.slice(0, -3)}xyz`],
    ['with something behind it', (url: string) => `${url}x`],
    ['that is the key of a row', () => `${publicUrl}/oauth2/start/ticket%23x`],
  ])('%s is refused, also when its button is pressed', async (_, spoil) => {
    const url = spoil(await world.link())
    expect(await world.visitor().get(url)).toMatchObject({
      status: 404,
      text: expect.stringContaining('does not work'),
    })
    expect(await world.visitor().press(url)).toMatchObject({ status: 404, location: undefined, cookies: [] })
  })

  it('ends after a day', async () => {
    const url = await world.link()
    world.clock.now = new Date('2026-03-03T07:59:59.000Z')
    expect((await world.visitor().get(url)).status).toBe(200)
    world.clock.now = new Date('2026-03-03T08:00:00.000Z')
    expect(await world.visitor().get(url)).toMatchObject({ status: 410, text: expect.stringContaining('expired') })
    expect(await world.visitor().press(url)).toMatchObject({ status: 410, location: undefined })
  })

  it('ends after it has connected once, also for who had pressed its button before', async () => {
    const url = await world.link()
    const late = world.visitor()
    const theirs = await depart(late, url)
    const visitor = world.visitor()
    await visitor.arrive(answerTo(await depart(visitor, url)))
    expect(await world.visitor().press(url)).toMatchObject({ status: 410, location: undefined })
    const page = await late.arrive(answerTo(theirs))
    expect(page.text).toContain('connected with the same link in the meantime')
    expect(world.server.requests).toHaveLength(1)
  })

  it('ends after many attempts', async () => {
    const url = await world.link()
    for (let i = 0; i < attemptsPerTicket; i += 1) await depart(world.visitor(), url)
    expect(await world.visitor().get(url)).toMatchObject({ status: 410, text: expect.stringContaining('too often') })
    expect(await world.visitor().press(url)).toMatchObject({ status: 410, location: undefined })
  })

  it.each([
    ['a changed account', () => changeAccount({ username: 'other@example.com' }), 409, 'was changed'],
    ['a deleted account', () => world.accounts.remove(world.accountId, 1), 410, 'no longer exists'],
    [
      'a profile of another epoch',
      () => world.profiles.replace({ ...world.profile, grantEpoch: 2, version: 2 }, world.profile),
      409,
      'was changed',
    ],
    [
      'a provider without its tenant',
      () =>
        world.providers.replace(
          { ...world.provider, authorizationEndpoint: 'https://login.example.net/{tenant}/authorize', version: 2 },
          1,
        ),
      409,
      'tenant-missing',
    ],
  ])('for %s leads nowhere', async (_, change, status, words) => {
    const url = await world.link()
    await change()
    expect(await world.visitor().get(url)).toMatchObject({ status, text: expect.stringContaining(words) })
    expect(await world.visitor().press(url)).toMatchObject({ status, location: undefined, cookies: [] })
  })
})

describe('the button', () => {
  it('leads to no address without TLS, and says what is wrong', async () => {
    const authorizationEndpoint = 'http://login.example.net/authorize'
    await world.providers.replace({ ...world.provider, authorizationEndpoint, version: 2 }, 1)
    const page = await world.visitor().press(await world.link())
    expect(page).toMatchObject({ status: 409, location: undefined, cookies: [] })
    expect(page.text).toContain('endpoint-not-allowed')
  })

  it('sets a cookie that only this host gets, over TLS, and no script reads', async () => {
    const { cookies } = await world.visitor().press(await world.link())
    expect(cookies).toEqual([
      expect.stringMatching(
        /^__Host-postmaster-consent-[\w-]{10}=[\w-]{43}\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600; Secure$/,
      ),
    ])
  })

  it.each([
    [{ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    [{ 'sec-fetch-site': 'same-site', origin: publicUrl }],
    [{ 'sec-fetch-site': 'none' }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: `${publicUrl}.evil.example` }],
  ])('of another page does nothing: %j', async (headers) => {
    const url = await world.link()
    const page = await world.visitor().press(url, headers)
    expect(page).toMatchObject({ status: 403, location: undefined, cookies: [] })
    expect(page.text).toContain('did not come from our page')
  })

  it.each([
    [{ 'sec-fetch-site': 'same-origin', origin: publicUrl }],
    [{ 'sec-fetch-site': 'same-origin', origin: 'null' }],
    [{ origin: publicUrl }],
    [{}],
  ])('of our page works in every browser: %j', async (headers) => {
    expect((await world.visitor().press(await world.link(), headers)).status).toBe(303)
  })
})
